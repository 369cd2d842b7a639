internal import Bytes
internal import Tensors

/// Turns blocks of GGML into float32, with the same bits as gguf-py.
/// - Source: gguf-py 0.19, `quants.py`, whose order of operations this follows; llama.cpp, `ggml-quants.c`.
struct BlockDequantization: Sendable, Equatable {
  let quantization: BlockQuantization
  /// Whether the numbers within a block, such as its scale, are big-endian.
  let isBigEndian: Bool

  /// Nil for a way to quantize that Decant knows the size of only.
  init?(_ quantization: BlockQuantization, isBigEndian: Bool) {
    switch quantization {
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K: break
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
    let block = Block(bytes: bytes, start: start, isBigEndian: isBigEndian)
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
    default: preconditionFailure("the initializer refuses every other one")
    }
  }
}

/// One block of quantized elements.
private struct Block: ~Escapable {
  let bytes: RawSpan
  let start: Int
  let isBigEndian: Bool

  @_lifetime(copy bytes)
  init(bytes: RawSpan, start: Int, isBigEndian: Bool) {
    self.bytes = bytes
    self.start = start
    self.isBigEndian = isBigEndian
  }

  subscript(offset: Int) -> UInt8 { unsafe bytes.unsafeLoad(fromByteOffset: start + offset, as: UInt8.self) }

  /// The float16 at an offset, as float32.
  func half(_ offset: Int) -> Float {
    let bits = UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    return Float(halfBits: isBigEndian ? bits.byteSwapped : bits)
  }

  /// The number of 32 bits at an offset.
  func word(_ offset: Int) -> UInt32 {
    var bits: UInt32 = 0
    for index in (0..<4).reversed() { bits = bits << 8 | UInt32(self[offset + index]) }
    return isBigEndian ? bits.byteSwapped : bits
  }

  /// One of 32 elements of 4 bits: the low halves of 16 bytes, and then the high ones.
  func nibble(_ offset: Int, _ index: Int) -> UInt8 {
    index < 16 ? self[offset + index] & 0x0f : self[offset + index - 16] >> 4
  }

  // MARK: - 256 elements with scales of their own for each 16 or 32

  /// The scale and the minimum of each 32 elements of Q4_K and Q5_K, of 6 bits each, packed into 12 bytes.
  func scaleAndMinimum(_ offset: Int, _ group: Int) -> (UInt8, UInt8) {
    let (scale, minimum) = (self[offset + group % 4], self[offset + 4 + group % 4])
    guard group >= 4 else { return (scale & 0x3f, minimum & 0x3f) }
    let low = self[offset + 8 + group % 4]
    return (low & 0x0f | scale >> 2 & 0x30, low >> 4 | minimum >> 2 & 0x30)
  }

  func forEachQ2K(_ append: (Float) -> Void) {
    let (scale, minimum) = (half(80), half(82))
    for group in 0..<16 {
      let factor = scale * Float(self[group] & 0x0f)
      let offset = minimum * Float(self[group] >> 4)
      for index in 0..<16 {
        let element = group * 16 + index
        let bits = self[16 + element / 128 * 32 + element % 32] >> UInt8(element % 128 / 32 * 2) & 3
        append(factor * Float(bits) - offset)
      }
    }
  }

  func forEachQ3K(_ append: (Float) -> Void) {
    let scale = half(108)
    for group in 0..<16 {
      let low = self[96 + group % 8] >> (group < 8 ? 0 : 4) & 0x0f
      let high = self[104 + group % 4] >> UInt8(group / 4 * 2) & 3
      let factor = scale * Float(Int(low | high << 4) - 32)
      for index in 0..<16 {
        let element = group * 16 + index
        let bits = self[32 + element / 128 * 32 + element % 32] >> UInt8(element % 128 / 32 * 2) & 3
        // The mask is set where nothing is subtracted.
        let isLower = self[element % 32] >> UInt8(element / 32) & 1 == 0
        append(factor * Float(Int(bits) - (isLower ? 4 : 0)))
      }
    }
  }

  func forEachQ4K(_ append: (Float) -> Void) {
    forEachGroup { group, factor, offset in
      for index in 0..<32 {
        append(factor * Float(self[16 + group / 2 * 32 + index] >> UInt8(group % 2 * 4) & 0x0f) - offset)
      }
    }
  }

  func forEachQ5K(_ append: (Float) -> Void) {
    forEachGroup { group, factor, offset in
      for index in 0..<32 {
        let low = self[48 + group / 2 * 32 + index] >> UInt8(group % 2 * 4) & 0x0f
        let high = self[16 + index] >> UInt8(group) & 1
        append(factor * Float(low | high << 4) - offset)
      }
    }
  }

  /// The factor and the offset of each 32 elements of Q4_K and Q5_K.
  private func forEachGroup(_ body: (Int, Float, Float) -> Void) {
    let (scale, minimum) = (half(0), half(2))
    for group in 0..<8 {
      let (factor, offset) = scaleAndMinimum(4, group)
      body(group, scale * Float(factor), minimum * Float(offset))
    }
  }

  func forEachQ6K(_ append: (Float) -> Void) {
    let scale = half(208)
    for group in 0..<16 {
      let factor = scale * Float(Int8(bitPattern: self[192 + group]))
      for index in 0..<16 {
        let element = group * 16 + index
        let (half, place) = (element / 128, element % 128)
        let low = self[half * 64 + place % 64] >> (place < 64 ? 0 : 4) & 0x0f
        let high = self[128 + half * 32 + place % 32] >> UInt8(place / 32 * 2) & 3
        append(factor * Float(Int(low | high << 4) - 32))
      }
    }
  }
}
