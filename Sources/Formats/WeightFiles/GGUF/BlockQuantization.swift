internal import Bytes

/// A way in which GGML stores blocks of elements in fewer bits.
enum BlockQuantization: Sendable, Equatable {
  case q8_0

  var elementsPerBlock: Int { 32 }
  var blockByteCount: Int { 34 }

  func dequantize(_ blocks: RawSpan, at offset: Int, _ append: (Float) -> Void) {}
}
