internal import Bytes
internal import Tensors

/// Turns blocks of GGML into float32, with the same bits as gguf-py.
/// - Source: gguf-py 0.19, `quants.py`, whose order of operations this follows; llama.cpp, `ggml-quants.c`.
struct BlockDequantization: Sendable, Equatable {
  let quantization: BlockQuantization
  /// Whether the numbers within a block, such as its scale, are big-endian.
  let isBigEndian: Bool

  /// Nil for a quantization of which Decant knows only the block size.
  init?(_ quantization: BlockQuantization, isBigEndian: Bool) {
    switch quantization {
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K: break
    case .iq4_NL, .iq4_XS, .tq2_0, .mxfp4, .nvfp4: break
    default: return nil
    }
    self.quantization = quantization
    self.isBigEndian = isBigEndian
  }

  /// Hands out the elements of one block in order.
  ///
  /// - Parameters:
  ///   - bytes: holds a whole block from `start` on.
  ///   - start: the offset of the block.
  ///   - append: receives each element.
  func dequantize(_ bytes: RawSpan, at start: Int, _ append: (Float) -> Void) {
    let block = QuantizedBlock(bytes: bytes, start: start, isBigEndian: isBigEndian)
    switch quantization {
    case .q8_0:
      let scale = block.half(0)
      for index in 0..<32 { append(Float(Int8(bitPattern: block[2 + index])) * scale) }
    case .q4_0:
      let scale = block.half(0)
      for index in 0..<32 { append(scale * Float(Int(block.nibble(2, index)) - 8)) }
    case .q4_1:
      let (scale, minimum) = (block.half(0), block.half(2))
      for index in 0..<32 { append(scale * Float(block.nibble(4, index)) + minimum) }
    case .q5_0:
      let (scale, high) = (block.half(0), block.word(2))
      for index in 0..<32 {
        append(scale * Float(Int(block.nibble(6, index) | UInt8(high >> UInt32(index) & 1) << 4) - 16))
      }
    case .q5_1:
      let (scale, minimum, high) = (block.half(0), block.half(2), block.word(4))
      for index in 0..<32 {
        append(scale * Float(block.nibble(8, index) | UInt8(high >> UInt32(index) & 1) << 4) + minimum)
      }
    case .q2_K: block.forEachQ2K(append)
    case .q3_K: block.forEachQ3K(append)
    case .q4_K: block.forEachQ4K(append)
    case .q5_K: block.forEachQ5K(append)
    case .q6_K: block.forEachQ6K(append)
    case .iq4_NL: block.forEachIQ4NL(append)
    case .iq4_XS: block.forEachIQ4XS(append)
    case .tq2_0: block.forEachTQ2(append)
    case .mxfp4: block.forEachMXFP4(append)
    case .nvfp4: block.forEachNVFP4(append)
    default: preconditionFailure("the initializer refuses every other one")
    }
  }
}
