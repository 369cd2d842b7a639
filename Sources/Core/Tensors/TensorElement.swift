/// A Swift number type that tensors can be read as.
///
/// A tensor can be read as every type that holds each of its values exactly: float16, bfloat16 and float32 as `Float`, all of
/// these and float64 as `Double`, integers as themselves or wider. Anything else would silently lose something, so it
/// throws.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The dtypes that the type holds exactly.
  static var readableDTypes: [DType] { get }

  /// The value of one element.
  ///
  /// - Parameters:
  ///   - bits: the element's bytes, the lowest first; zeros above.
  ///   - dtype: one of `readableDTypes`.
  init(elementBits bits: UInt64, of dtype: DType)
}

extension Float: TensorElement {
  /// float32, float16 and bfloat16.
  public static var readableDTypes: [DType] { [.float32, .float16, .bfloat16] }

  /// The value of one element.
  public init(elementBits bits: UInt64, of dtype: DType) {
    switch dtype {
    case .float16: self.init(halfBits: UInt16(truncatingIfNeeded: bits))
    case .bfloat16: self.init(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)
    default: self.init(bitPattern: UInt32(truncatingIfNeeded: bits))
    }
  }

  /// The value of the bits of an IEEE binary16 number; NaNs keep their payload.
  ///
  /// Done by hand: `Float16` does not exist on every platform, and where it does, widening one is a function call
  /// without a flag for newer processors.
  @inlinable
  package init(halfBits bits: UInt16) {
    // The exponent is moved to where float32 has it, then corrected by a power of two.
    let magnitude = UInt32(bits & 0x7fff) << 13
    let sign = UInt32(bits & 0x8000) << 16
    if magnitude >= 0x7c00 << 13 {
      self.init(bitPattern: sign | 0x7f80_0000 | magnitude)
    } else {
      // 2^112: float32's bias of 127 less binary16's of 15. Subnormals come out right, since the product normalizes them.
      self.init(bitPattern: sign | (Float(bitPattern: magnitude) * 0x1p112).bitPattern)
    }
  }
}

extension Double: TensorElement {
  /// float64 and all that `Float` holds.
  public static var readableDTypes: [DType] { [.float64] + Float.readableDTypes }

  /// The value of one element.
  public init(elementBits bits: UInt64, of dtype: DType) {
    self = dtype == .float64 ? Double(bitPattern: bits) : Double(Float(elementBits: bits, of: dtype))
  }
}

extension TensorElement where Self: FixedWidthInteger {
  /// Integers, quantized ones and bool included, that the type holds.
  public static var readableDTypes: [DType] {
    DType.allCases.filter { dtype in
      guard let byteCount = dtype.byteCount else { return false }
      let bitCount = byteCount * 8
      return switch dtype.kind {
      case .unsignedInteger, .bool: bitCount < bitWidth || (bitCount == bitWidth && !isSigned)
      case .signedInteger: isSigned && bitCount <= bitWidth
      default: false
      }
    }
  }

  /// The value of one element.
  public init(elementBits bits: UInt64, of dtype: DType) {
    let unused = 64 - (dtype.byteCount ?? 8) * 8
    self =
      dtype.kind == .signedInteger
      ? Self(truncatingIfNeeded: Int64(bitPattern: bits << unused) >> unused) : Self(truncatingIfNeeded: bits)
  }
}

extension Int8: TensorElement {}
extension Int16: TensorElement {}
extension Int32: TensorElement {}
extension Int64: TensorElement {}
extension Int: TensorElement {}
extension UInt8: TensorElement {}
extension UInt16: TensorElement {}
extension UInt32: TensorElement {}
extension UInt64: TensorElement {}
extension UInt: TensorElement {}
