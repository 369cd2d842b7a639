internal import Tensors

/// How a tensor of TensorFlow.js is stored.
///
/// - Source: tensorflowjs 4.22 `read_weights.py`, `quantization.py`.
enum TFJSType {
  /// Numbers as they are, or in another form.
  case numbers(DType, stored: DType, ElementDecoding?)
  case strings
  /// Numbers that Decant does not read, of this width if it is known.
  case unread(WeightFileDefect, width: Int?)

  /// The dtypes that `read_weights` reads without quantization.
  private static let dtypes: Set<DType> = [.float16, .float32, .int32, .complex64, .uint8, .uint16, .bool]

  init(_ weight: TFJSManifest.Weight) {
    if weight.dtype == "string" {
      self = .strings
      return
    }
    let dtype = DType(name: weight.dtype)
    guard let quantization = weight.quantization else {
      if let dtype, Self.dtypes.contains(dtype) {
        self = .numbers(dtype, stored: dtype, nil)
      } else {
        self = .unread(.unknownDType(weight.dtype), width: dtype?.byteCount)
      }
      return
    }
    let stored: DType? =
      switch quantization.dtype {
      case "uint8": .uint8
      case "uint16": .uint16
      case "float16": .float16
      default: nil
      }
    guard let stored, let width = stored.byteCount else {
      self = .unread(
        .tensorFlowJS(.quantization(quantization.dtype, of: weight.dtype)),
        width: DType(name: quantization.dtype)?.byteCount)
      return
    }
    func number(_ name: String) -> TFJSType { .unread(.tensorFlowJS(.quantizationNumber(name)), width: width) }
    switch (dtype, stored) {
    case (.float32, .float16) where weight.isHalf: self = .numbers(.float16, stored: stored, nil)
    case (.float32, .float16): self = .numbers(.float32, stored: stored, .half)
    case (.float32, .uint8), (.float32, .uint16), (.int32, .uint8), (.int32, .uint16):
      guard let scale = quantization.scale, scale.isFinite else {
        self = number("scale")
        return
      }
      guard let minimum = quantization.minimum, minimum.isFinite else {
        self = number("min")
        return
      }
      let isInteger = dtype == .int32
      self = .numbers(
        isInteger ? .int32 : .float32, stored: stored,
        .affine(scale: scale, minimum: minimum, bits: 8 * width, isInteger: isInteger))
    default:
      self = .unread(.tensorFlowJS(.quantization(quantization.dtype, of: weight.dtype)), width: width)
    }
  }

  /// The bytes of an element; nil if it is not known.
  var width: Int? {
    switch self {
    case .numbers(_, let stored, _): stored.byteCount
    case .strings: nil
    case .unread(_, let width): width
    }
  }
}
