internal import Tensors

/// An element type of GGML, by its number in a file.
/// - Source: llama.cpp, `ggml.h` (`ggml_type`); gguf-py 0.19, `constants.py` (`GGML_QUANT_SIZES`).
enum GGUFType: Equatable, Sendable {
  /// Elements that are numbers.
  case plain(DType)
  /// Blocks of quantized elements.
  case blocks(BlockQuantization)

  /// The type of a number; nil for one that GGML does not have, or had for a short time.
  init?(rawValue: UInt32) {
    if let dtype = Self.plainTypes[rawValue] {
      self = .plain(dtype)
    } else if let quantization = BlockQuantization(rawValue: rawValue) {
      self = .blocks(quantization)
    } else {
      return nil
    }
  }

  /// The number of a dtype; nil if GGML has none for it.
  static func number(of dtype: DType) -> UInt32? { plainTypes.first { $0.value == dtype }?.key }

  private static let plainTypes: [UInt32: DType] = [
    0: .float32, 1: .float16, 24: .int8, 25: .int16, 26: .int32, 27: .int64, 28: .float64, 30: .bfloat16,
  ]
}
