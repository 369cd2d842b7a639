internal import Bytes
internal import Messages

/// A cursor over the fields of one protobuf message, in file order.
///
/// Call `readTag`, then exactly one of the functions that read or skip a payload of that type.
package struct WireReader: ~Escapable {
  private var reader: ByteReader

  /// Starts at the first field.
  ///
  /// - Parameters:
  ///   - bytes: one whole message.
  ///   - baseOffset: where the message starts in its file; errors count from there.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, baseOffset: Int = 0) {
    reader = ByteReader(bytes, baseOffset: baseOffset)
  }

  /// Whether every field was read.
  package var isAtEnd: Bool { reader.isAtEnd }

  /// The file offset of the next read.
  package var offset: Int { reader.offset }

  /// Reads the number and type of the next field; nil at the message's end.
  package mutating func readTag() throws(WireError) -> WireTag? {
    if reader.isAtEnd { return nil }
    let start = reader.offset
    let value = try readVarint()
    do throws(WireDefect) {
      return try WireTag(parsing: value)
    } catch {
      throw WireError(error, offset: start)
    }
  }

  /// Reads the payload of a `varint` field.
  package mutating func readVarint() throws(WireError) -> UInt64 {
    do throws(ByteError) { return try reader.readVarint() } catch { throw WireError(error) }
  }

  /// Reads the payload of a `fixed32` field.
  package mutating func readFixed32() throws(WireError) -> UInt32 {
    do throws(ByteError) { return try reader.readLittleEndian() } catch { throw WireError(error) }
  }

  /// Reads the payload of a `fixed64` field.
  package mutating func readFixed64() throws(WireError) -> UInt64 {
    do throws(ByteError) { return try reader.readLittleEndian() } catch { throw WireError(error) }
  }

  /// Takes the payload of a `lengthDelimited` field without copying it. Before the call, `offset` is that of its byte count.
  @_lifetime(copy self)
  package mutating func readPayload() throws(WireError) -> RawSpan {
    do throws(ByteError) {
      let byteCount = try reader.readVarintCount()
      return try reader.readBytes(byteCount)
    } catch {
      throw WireError(error)
    }
  }

  /// Takes the payload of the next `lengthDelimited` field with a number, and skips others; nil if there is none.
  @_lifetime(copy self)
  package mutating func nextPayload(of number: UInt32) throws(WireError) -> RawSpan? {
    while let tag = try readTag() {
      if tag.number == number, tag.type == .lengthDelimited { return try readPayload() }
      try skip(tag.type)
    }
    return nil
  }

  /// Skips a payload of a type.
  package mutating func skip(_ type: WireType) throws(WireError) {
    do throws(ByteError) {
      switch type {
      case .varint: _ = try reader.readVarint()
      case .fixed64: try reader.skip(8)
      case .fixed32: try reader.skip(4)
      case .lengthDelimited:
        let byteCount = try reader.readVarintCount()
        try reader.skip(byteCount)
      }
    } catch {
      throw WireError(error)
    }
  }

  /// Throws unless a tag has the type that its message gives to the field.
  package func require(_ type: WireType, of tag: WireTag) throws(WireError) {
    guard tag.type == type else {
      throw WireError(.unexpectedWireType(field: tag.number, expected: type, found: tag.type), offset: offset)
    }
  }
}
