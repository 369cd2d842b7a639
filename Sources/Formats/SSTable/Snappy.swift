internal import Bytes

/// Decompresses Snappy blocks.
///
/// ```
/// block   := byte count varint32 of the output, element*
/// element := literal: tag 00, count − 1 in 6 bits or in 1...4 bytes after, then the bytes
///          | copy:    tag 01, 10 or 11 with a count of 1...64 and an offset of 11, 16 or 32 bits back in the output
/// ```
/// - Source: Snappy `format_description.txt`.
package enum Snappy {
  /// The output of a compressed block.
  ///
  /// - Parameters:
  ///   - bytes: the whole compressed block.
  ///   - maximumByteCount: the largest output that is accepted.
  /// - Returns: the decompressed bytes.
  /// - Throws: `SnappyError` with the position in `bytes` of the faulty element. Memory grows with the output that the input
  ///   can really produce, never with a declared size alone.
  package static func decompress(
    _ bytes: RawSpan, maximumByteCount: Int = TableFormat.maximumUncompressedByteCount
  ) throws(SnappyError) -> [UInt8] {
    var reader = ByteReader(bytes)
    let declared = try readDeclaredByteCount(&reader)
    // Three bytes can expand to at most 64, so no genuine output is larger than this.
    guard declared <= min(maximumByteCount, bytes.byteCount.multipliedChecked(by: 22) ?? .max) else {
      throw SnappyError(.outputTooLarge(byteCount: declared), position: 0)
    }
    guard MemoryRoom.has(declared) else { throw SnappyError(.outOfMemory(byteCount: declared), position: 0) }
    var output: [UInt8] = []
    output.reserveCapacity(declared)
    while !reader.isAtEnd {
      let start = reader.position
      let element = try Element(parsing: &reader)
      guard element.byteCount <= declared - output.count else {
        throw SnappyError(.outputTooLong(declared: declared), position: start)
      }
      if let back = element.offset {
        guard back > 0, back <= output.count else {
          throw SnappyError(.badOffset(back, produced: output.count), position: start)
        }
        // Byte by byte, because a copy may overlap its own output, which repeats a pattern.
        let first = output.count - back
        for index in first..<first + element.byteCount { output.append(output[index]) }
      } else {
        try appendLiteral(element.byteCount, from: &reader, to: &output)
      }
    }
    guard output.count == declared else {
      throw SnappyError(.outputTooShort(declared: declared, produced: output.count), position: bytes.byteCount)
    }
    return output
  }

  private static func readDeclaredByteCount(_ reader: inout ByteReader) throws(SnappyError) -> Int {
    do throws(ByteError) { return Int(try reader.readVarint32()) } catch { throw SnappyError(error) }
  }

  private static func appendLiteral(
    _ byteCount: Int, from reader: inout ByteReader, to output: inout [UInt8]
  ) throws(SnappyError) {
    do throws(ByteError) {
      let literal = try reader.readBytes(byteCount)
      // The buffer does not leave the closure.
      unsafe literal.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
    } catch {
      throw SnappyError(error)
    }
  }

  /// One element, up to the bytes of a literal.
  struct Element {
    let byteCount: Int
    /// How far back a copy starts; nil for a literal.
    let offset: Int?

    init(parsing reader: inout ByteReader) throws(SnappyError) {
      do throws(ByteError) {
        let tag = Int(try reader.readLittleEndian(UInt8.self))
        let upper = tag >> 2
        switch tag & 3 {
        case 0:
          byteCount = 1 + (upper < 60 ? upper : try Element.readNumber(of: upper - 59, from: &reader))
          offset = nil
        case 1:
          byteCount = 4 + upper & 7
          offset = (tag >> 5) << 8 | Int(try reader.readLittleEndian(UInt8.self))
        case 2:
          byteCount = 1 + upper
          offset = Int(try reader.readLittleEndian(UInt16.self))
        default:
          byteCount = 1 + upper
          offset = Int(try reader.readLittleEndian(UInt32.self))
        }
      } catch {
        throw SnappyError(error)
      }
    }

    /// A little-endian number of 1...4 bytes.
    private static func readNumber(of byteCount: Int, from reader: inout ByteReader) throws(ByteError) -> Int {
      var value = 0
      for index in 0..<byteCount { value |= Int(try reader.readLittleEndian(UInt8.self)) << (8 * index) }
      return value
    }
  }
}
