public import Tensors

/// An element type as graphs name it: any number, known or unknown, including references.
public struct GraphType: Hashable, Sendable, CustomStringConvertible {
  /// TensorFlow's number.
  public let number: Int32

  /// The type with a number.
  public init(number: Int32) {
    self.number = number
  }

  /// Whether it is a reference to a tensor, as TensorFlow 1 variables hand out.
  public var isReference: Bool { number > Self.referenceOffset }

  /// The element type, without the reference; nil for 0 and for unknown numbers.
  public var dtype: DType? { DType(rawValue: isReference ? number - Self.referenceOffset : number) }

  /// TensorFlow's name, such as `float32` or `float32_ref`; `dtype 99` for an unknown number.
  public var description: String {
    guard let dtype else { return number == 0 ? "unset" : "dtype \(number)" }
    return dtype.name + (isReference ? "_ref" : "")
  }

  /// - Source: TensorFlow `core/framework/types.proto`.
  private static let referenceOffset: Int32 = 100
}
