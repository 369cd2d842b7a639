internal import Bytes
internal import Tensors

/// How stored elements become those of a tensor, block by block.
enum ElementDecoding: Sendable, Equatable {
  /// scale * stored + minimum, for stored integers of 8 or 16 bits, computed in float64 as TensorFlow.js does; then
  /// float32, or the nearest int32.
  case affine(scale: Double, minimum: Double, bits: Int, isInteger: Bool)
  /// float16 widened to float32.
  case half
  /// GGML's blocks of quantized elements, dequantized to float32.
  case block(BlockDequantization)
  /// Two 4-bit integers in a byte, the low one first; each becomes a byte.
  case nibbles(isSigned: Bool)
  /// Elements in which some bits are reversed, such as the signs of conjugated numbers: those that are set in the mask.
  case flippedBits([UInt8])
  /// Integers of fewer than eight bits whose negative elements are sign-extended in the file.
  case narrow(NarrowInteger)
  /// Four 2-bit integers in a byte, the low one first; each becomes a byte.
  case quarters(isSigned: Bool)
  /// TensorFlow Lite's quantized integers, dequantized to float32.
  case quantized(AffineDequantization)

  /// The elements that one stored unit becomes. A unit is what the array that is decoded counts as an element.
  var elementsPerUnit: Int {
    switch self {
    case .affine, .half, .flippedBits, .narrow: 1
    case .block(let blocks): blocks.quantization.elementsPerBlock
    case .nibbles: 2
    case .quarters: 4
    case .quantized(let affine): affine.stored.elementsPerUnit
    }
  }

  /// The bytes of one decoded element.
  var elementByteCount: Int {
    switch self {
    case .affine, .half, .block, .quantized: 4
    case .nibbles, .quarters, .narrow: 1
    case .flippedBits(let mask): mask.count
    }
  }

  /// Hands out the decoded elements: at least one piece, which may be empty.
  ///
  /// - Parameters:
  ///   - array: the stored units. The last byte may have more elements than the tensor; they are dropped.
  ///   - elementCount: the elements of the tensor; nil for all that are stored.
  ///   - maximumByteCount: the most bytes of a piece.
  ///   - buffers: buffers for the stored units.
  ///   - body: receives each piece.
  /// - Throws: what reading or `body` throws.
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
    case .affine(let scale, let minimum, let bits, let isInteger):
      for offset in stride(from: 0, to: units.byteCount, by: bits / 8) {
        let stored =
          bits == 8
          ? Double(units.byte(at: offset))
          : Double(UInt16(littleEndian: unsafe units.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        let value = stored * scale + minimum
        if isInteger {
          // numpy gives the smallest number for what does not fit.
          decoded.append32(UInt32(bitPattern: Int32(exactly: value.rounded(.toNearestOrEven)) ?? .min))
        } else {
          decoded.appendFloat(Float(value))
        }
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
    case .narrow(let narrow): decoded += narrow.exchanged(units)
    case .flippedBits(let mask):
      for offset in units.byteOffsets {
        decoded.append(unsafe units.unsafeLoad(fromByteOffset: offset, as: UInt8.self) ^ mask[offset % mask.count])
      }
    case .nibbles(let isSigned):
      for offset in units.byteOffsets { decoded.appendParts(of: units.byte(at: offset), bits: 4, isSigned: isSigned) }
    case .quarters(let isSigned):
      for offset in units.byteOffsets { decoded.appendParts(of: units.byte(at: offset), bits: 2, isSigned: isSigned) }
    }
  }
}

extension RawSpan {
  /// The byte at an offset that lies within the span.
  func byte(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  /// The float16 at an offset, as float32.
  func half(at offset: Int) -> Float {
    let bits = UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    return Float(halfBits: bits)
  }
}

extension [UInt8] {
  /// Appends a float32, little-endian.
  mutating func appendFloat(_ number: Float) { append32(number.bitPattern) }

  /// Appends 32 bits, little-endian.
  mutating func append32(_ bits: UInt32) {
    append(UInt8(truncatingIfNeeded: bits))
    append(UInt8(truncatingIfNeeded: bits >> 8))
    append(UInt8(truncatingIfNeeded: bits >> 16))
    append(UInt8(truncatingIfNeeded: bits >> 24))
  }

  /// Appends the integers of 4 or 2 bits in a byte, the low one first, each as a byte; negative ones are sign-extended.
  mutating func appendParts(of byte: UInt8, bits: Int, isSigned: Bool) {
    let mask: UInt8 = 1 << UInt8(bits) - 1
    for shift in stride(from: 0, to: 8, by: bits) {
      let part = byte >> UInt8(shift) & mask
      append(isSigned && part >> UInt8(bits - 1) != 0 ? part | ~mask : part)
    }
  }
}
