import Bytes
import Messages
import ProtobufWire
import Testing

@Suite("Reading the fields of a message")
struct WireReaderTests {
  @Test("Each wire type's payload is read, and the offset counts from the start of the file")
  func payloads() throws {
    // Field 1 varint 300, field 2 fixed64, field 3 "hi", field 4 fixed32.
    let bytes: [UInt8] =
      [0x08, 0xac, 0x02, 0x11, 1, 0, 0, 0, 0, 0, 0, 0x80, 0x1a, 2, 0x68, 0x69, 0x25, 0xff, 0, 0, 0]
    var reader = WireReader(bytes.rawSpan, baseOffset: 100)
    #expect(try reader.readTag() == WireTag(number: 1, type: .varint))
    #expect(try reader.readVarint() == 300)
    #expect(try reader.readTag() == WireTag(number: 2, type: .fixed64))
    #expect(try reader.readFixed64() == 0x8000_0000_0000_0001)
    #expect(try reader.readTag() == WireTag(number: 3, type: .lengthDelimited))
    let payload = try reader.readPayload()
    #expect([UInt8](payload) == Array("hi".utf8))
    let offset = reader.offset
    #expect(offset == 116)
    #expect(try reader.readTag() == WireTag(number: 4, type: .fixed32))
    #expect(try reader.readFixed32() == 255)
    #expect(try reader.readTag() == nil)
    let isAtEnd = reader.isAtEnd
    #expect(isAtEnd)
  }

  @Test("Skipping passes over a payload of any type")
  func skipping() throws {
    let bytes: [UInt8] =
      [0x08, 0xac, 0x02, 0x11, 1, 0, 0, 0, 0, 0, 0, 0x80, 0x1a, 2, 0x68, 0x69, 0x25, 0xff, 0, 0, 0]
    var reader = WireReader(bytes.rawSpan)
    var numbers: [UInt32] = []
    while let tag = try reader.readTag() {
      numbers.append(tag.number)
      try reader.skip(tag.type)
    }
    #expect(numbers == [1, 2, 3, 4])
  }

  struct BadTag: CustomTestStringConvertible {
    let bytes: [UInt8]
    let reason: WireDefect
    var testDescription: String { "\(bytes)" }
  }

  @Test(
    "A tag that no message here can have is refused at its own offset",
    arguments: [
      BadTag(bytes: [0x00], reason: .fieldZero),
      BadTag(bytes: [0x07], reason: .fieldZero),
      BadTag(bytes: [0x0b], reason: .group(field: 1)),
      BadTag(bytes: [0x0c], reason: .group(field: 1)),
      BadTag(bytes: [0x0e], reason: .badWireType(6, field: 1)),
      BadTag(bytes: [0x17], reason: .badWireType(7, field: 2)),
      BadTag(bytes: [0x80, 0x80, 0x80, 0x80, 0x10], reason: .tagTooLarge(1 << 32)),
      BadTag(bytes: [0x80], reason: .bytes(.endOfBytes(needed: 1, left: 0))),
      BadTag(bytes: Array(repeating: 0xff, count: 11), reason: .bytes(.varintTooLong)),
    ])
  func badTags(row: BadTag) {
    let offset = row.bytes == [0x80] ? 8 : 7
    #expect(throws: WireError(row.reason, offset: offset)) {
      var reader = WireReader(row.bytes.rawSpan, baseOffset: 7)
      _ = try reader.readTag()
    }
  }

  @Test("The largest field number is read")
  func largestField() throws {
    let bytes: [UInt8] = [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01]
    var reader = WireReader(bytes.rawSpan)
    #expect(try reader.readTag() == WireTag(number: 536_870_911, type: .varint))
  }

  @Test("A payload longer than what is left is refused")
  func longPayload() {
    let bytes: [UInt8] = [0x0a, 0x05, 1, 2]
    #expect(throws: WireError(.bytes(.endOfBytes(needed: 5, left: 2)), offset: 2)) {
      var reader = WireReader(bytes.rawSpan)
      _ = try reader.readTag()
      _ = try reader.readPayload().byteCount
    }
  }

  @Test("A payload length beyond 63 bits is refused")
  func hugePayload() {
    let bytes: [UInt8] = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
    #expect(throws: WireError(.bytes(.tooLarge(.max)), offset: 1)) {
      var reader = WireReader(bytes.rawSpan)
      _ = try reader.readTag()
      _ = try reader.readPayload().byteCount
    }
  }
}
