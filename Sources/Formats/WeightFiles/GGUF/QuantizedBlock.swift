internal import Bytes
internal import Tensors

/// One block of quantized elements.
struct QuantizedBlock: ~Escapable {
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
  func half(_ offset: Int) -> Float { Float(halfBits: halfWord(offset)) }

  /// The number of 16 bits at an offset.
  func halfWord(_ offset: Int) -> UInt16 {
    let bits = UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    return isBigEndian ? bits.byteSwapped : bits
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
}
