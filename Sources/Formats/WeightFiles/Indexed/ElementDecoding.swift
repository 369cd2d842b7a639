internal import Bytes
internal import Tensors

/// How stored elements become those of a tensor, block by block.
enum ElementDecoding: Sendable, Equatable {
  /// float32 = minimum + scale * stored, for stored integers of 8 or 16 bits. TensorFlow.js computes in float32.
  case affine(scale: Float, minimum: Float, bits: Int)
  /// float16 widened to float32.
  case half
  /// GGML's blocks of quantized elements, dequantized to float32.
  case block(BlockDequantization)
  /// Two 4-bit integers in a byte, the low one first; each becomes a byte.
  case nibbles(isSigned: Bool)
  /// Four 2-bit integers in a byte, the lowest first; each becomes a byte.
  case quarters(isSigned: Bool)
  /// TensorFlow Lite's quantized integers, dequantized to float32.
  case quantized(AffineDequantization)

  /// The elements that one stored unit becomes. A unit is what the array that is decoded counts as an element.
  var elementsPerUnit: Int {
    switch self {
    case .affine, .half: 1
    case .block(let blocks): blocks.quantization.elementsPerBlock
    case .nibbles: 2
    case .quarters: 4
    case .quantized(let affine): affine.stored.elementsPerUnit
    }
  }

  /// The bytes of one decoded element.
  var elementByteCount: Int {
    switch self {
    case .nibbles, .quarters: 1
    default: 4
    }
  }

  /// Hands out the decoded elements: at least one piece, which may be empty.
  ///
  /// - Parameters:
  ///   - array: the stored units. The last byte may have more elements than the tensor; they are dropped.
  ///   - maximumByteCount: the most bytes of a piece.
  ///   - buffers: buffers for the stored units.
  ///   - body: receives each piece.
  func forEachPiece(
    of array: StridedArray, elementCount: Int? = nil, upTo maximumByteCount: Int, buffers: BufferPool,
    _ body: (RawSpan) throws -> Void
  ) throws {
    let total = (elementCount ?? array.shape.elementCount * elementsPerUnit) * elementByteCount
    let pieceByteCount = maximumByteCount / elementByteCount * elementByteCount
    var decoded: [UInt8] = []
    var handedOut = 0
    if total == 0 { return try body(decoded.rawSpan) }
    try array.forEachPiece(upTo: buffers.byteCount, buffers: buffers) { units in
      decoded.removeAll(keepingCapacity: true)
      decode(units, first: handedOut / elementByteCount, into: &decoded)
      let available = min(decoded.count, total - handedOut)
      var done = 0
      while done < available {
        let count = min(pieceByteCount, available - done)
        try body(decoded.rawSpan.extracting(done..<done + count))
        done += count
      }
      handedOut += available
    }
  }

  private func decode(_ units: RawSpan, first: Int, into decoded: inout [UInt8]) {
    // Every load is within the span by the loops' bounds, and every bit pattern is a number.
    switch self {
    case .affine(let scale, let minimum, let bits):
      for offset in stride(from: 0, to: units.byteCount, by: bits / 8) {
        let stored =
          bits == 8
          ? Float(unsafe units.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
          : Float(UInt16(littleEndian: unsafe units.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        decoded.appendFloat(stored * scale + minimum)
      }
    case .half:
      for offset in stride(from: 0, to: units.byteCount, by: 2) {
        decoded.appendFloat(units.half(at: offset))
      }
    case .block(let blocks):
      for offset in stride(from: 0, to: units.byteCount, by: blocks.quantization.blockByteCount) {
        blocks.dequantize(units, at: offset) { decoded.appendFloat($0) }
      }
    case .quantized(let affine): affine.append(units, first: first, to: &decoded)
    case .quarters(let isSigned):
      for offset in units.byteOffsets {
        let byte = unsafe units.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        for quarter in [byte & 3, byte >> 2 & 3, byte >> 4 & 3, byte >> 6] {
          decoded.append(isSigned && quarter & 2 != 0 ? quarter | 0xfc : quarter)
        }
      }
    case .nibbles(let isSigned):
      for offset in units.byteOffsets {
        let byte = unsafe units.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        for nibble in [byte & 0x0f, byte >> 4] {
          decoded.append(isSigned && nibble & 0x08 != 0 ? nibble | 0xf0 : nibble)
        }
      }
    }
  }
}

extension RawSpan {
  /// The float16 at an offset, as float32.
  func half(at offset: Int) -> Float {
    let bits = UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    return Float(halfBits: bits)
  }
}

extension [UInt8] {
  /// Appends a float32, little-endian.
  mutating func appendFloat(_ number: Float) {
    let bits = number.bitPattern
    append(UInt8(truncatingIfNeeded: bits))
    append(UInt8(truncatingIfNeeded: bits >> 8))
    append(UInt8(truncatingIfNeeded: bits >> 16))
    append(UInt8(truncatingIfNeeded: bits >> 24))
  }
}
