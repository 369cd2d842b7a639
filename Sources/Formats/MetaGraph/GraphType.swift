public import Tensors

/// An element type as graphs name it: any number, known here or not, and references too.
public struct GraphType: Hashable, Sendable, CustomStringConvertible {
  /// TensorFlow's number.
  public let number: Int32

  /// The type of a number.
  public init(number: Int32) {
    self.number = number
  }

  /// Whether it is a reference to a tensor, as TensorFlow 1 variables hand out.
  public var isReference: Bool { number > Self.referenceOffset }

  /// The element type, without the reference; nil for 0 and for numbers not known here.
  public var dtype: DType? { DType(rawValue: isReference ? number - Self.referenceOffset : number) }

  /// TensorFlow's name, such as `float32` or `float32_ref`; `dtype 99` for a number not known here.
  public var description: String {
    guard let dtype else { return number == 0 ? "unset" : "dtype \(number)" }
    return dtype.name + (isReference ? "_ref" : "")
  }

  /// - Source: TensorFlow `core/framework/types.proto`.
  private static let referenceOffset: Int32 = 100
}
