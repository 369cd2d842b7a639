/// One number of a tensor, in a type that holds it exactly.
public enum ElementValue: Sendable, Equatable, CustomStringConvertible {
  /// A floating-point number of 32 bits or fewer.
  case single(Float)
  /// A floating-point number of 64 bits.
  case double(Double)
  /// A whole number with a sign.
  case signed(Int64)
  /// A whole number without a sign.
  case unsigned(UInt64)

  /// The nearest `Double`; exact except for whole numbers beyond 2⁵³.
  public var doubleValue: Double {
    switch self {
    case .single(let value): Double(value)
    case .double(let value): value
    case .signed(let value): Double(value)
    case .unsigned(let value): Double(value)
    }
  }

  /// The shortest text that reads back as the same number of the same type.
  public var description: String {
    switch self {
    case .single(let value): value.description
    case .double(let value): value.description
    case .signed(let value): value.description
    case .unsigned(let value): value.description
    }
  }
}
