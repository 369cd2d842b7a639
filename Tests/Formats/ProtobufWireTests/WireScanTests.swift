import Bytes
import Messages
import ProtobufWire
import Testing

/// A message whose field 1 is a message of its own kind, as attributes of functions are; every other field is not.
private struct Recursive: WireSchema {
  func message(inField number: UInt32) -> Recursive? { number == 1 ? self : nil }
}

@Suite("Scanning a message before it is parsed")
struct WireScanTests {
  /// `depth` messages inside each other, the innermost empty.
  private func nested(_ depth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 1..<depth {
      var count = bytes.count
      var length: [UInt8] = []
      repeat {
        length.append(UInt8(count & 0x7f) | (count > 0x7f ? 0x80 : 0))
        count >>= 7
      } while count > 0
      bytes = [0x0a] + length + bytes
    }
    return bytes
  }

  @Test("64 messages inside each other pass, 65 do not")
  func depth() throws {
    let fits = nested(64)
    try WireScan.check(fits.rawSpan, as: Recursive())
    let deep = nested(65)
    let error = #expect(throws: WireError.self) { try WireScan.check(deep.rawSpan, as: Recursive()) }
    #expect(error?.reason == .tooDeep(limit: 64))
    #expect(error?.offset == deep.count)
  }

  @Test("Bytes in a field that holds no message are not taken for one")
  func stringsAreNotMessages() throws {
    // Field 2 holds what would be an invalid message, and then what would be a deep one.
    let deep = nested(40)
    let bytes: [UInt8] = [0x12, 1, 0x07, 0x12, UInt8(deep.count)] + deep
    var limits = WireLimits()
    limits.maximumDepth = 2
    #expect(throws: Never.self) { try WireScan.check(bytes.rawSpan, as: Recursive(), limits: limits) }
    // In field 1 they are messages.
    let invalid: [UInt8] = [0x0a, 1, 0x07]
    #expect(throws: WireError.self) { try WireScan.check(invalid.rawSpan, as: Recursive(), limits: limits) }
    let inside: [UInt8] = [0x0a, UInt8(deep.count)] + deep
    let error = #expect(throws: WireError.self) {
      try WireScan.check(inside.rawSpan, as: Recursive(), limits: limits)
    }
    #expect(error?.reason == .tooDeep(limit: 2))
  }

  @Test("A message inside that is damaged is refused with its offset in the file")
  func damageInside() {
    let bytes: [UInt8] = [0x10, 0x01, 0x0a, 2, 0x10, 0x80]
    #expect(throws: WireError(.bytes(.endOfBytes(needed: 1, left: 0)), offset: 1006)) {
      try WireScan.check(bytes.rawSpan, as: Recursive(), baseOffset: 1000)
    }
  }

  @Test("Fields of all messages together are counted against the limit")
  func fieldCount() throws {
    var limits = WireLimits()
    limits.maximumFieldCount = 4
    let four: [UInt8] = [0x0a, 4, 0x10, 1, 0x10, 1, 0x10, 1]
    try WireScan.check(four.rawSpan, as: Recursive(), limits: limits)
    let five = four + [0x10, 1]
    let error = #expect(throws: WireError.self) {
      try WireScan.check(five.rawSpan, as: Recursive(), limits: limits)
    }
    #expect(error?.reason == .tooManyFields(limit: 4))
  }

  @Test("A message above the size limit is refused before it is read")
  func size() {
    var limits = WireLimits()
    limits.maximumByteCount = 3
    let bytes: [UInt8] = [0x07, 0x07, 0x07, 0x07]
    #expect(throws: WireError(.tooLarge(byteCount: 4, limit: 3), offset: 0)) {
      try WireScan.check(bytes.rawSpan, as: Recursive(), limits: limits)
    }
  }

  @Test("The empty message passes every limit, and one byte does not")
  func empty() {
    let byte: [UInt8] = [0x10]
    var limits = WireLimits()
    limits.maximumByteCount = 0
    limits.maximumFieldCount = 0
    #expect(throws: Never.self) { try WireScan.check([UInt8]().rawSpan, as: Recursive(), limits: limits) }
    #expect(throws: WireError(.tooLarge(byteCount: 1, limit: 0), offset: 0)) {
      try WireScan.check(byte.rawSpan, as: Recursive(), limits: limits)
    }
  }
}
