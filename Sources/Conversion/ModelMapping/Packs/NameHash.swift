/// A hash of a name that grows a byte at a time: FNV-1a of 64 bits (Fowler, Noll and Vo).
///
/// Whether a file has a name that a pack spells out is asked thousands of times; the hash answers without making the
/// name. A file made to collide can only be recognized as what it is not, which the mapping then finds by name.
struct NameHash: Hashable, Sendable {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of no bytes.
  init() {}

  /// The hash of a name.
  init(_ name: some StringProtocol) {
    append(name)
  }

  /// The hash of a name with each run of digits as one sign.
  init(outlineOf name: some StringProtocol) {
    var isNumber = false
    for byte in name.utf8 {
      let isDigit = byte &- 0x30 <= 9
      if isDigit, isNumber { continue }
      isNumber = isDigit
      append(isDigit ? 0x23 : byte)
    }
  }

  mutating func append(_ text: some StringProtocol) {
    for byte in text.utf8 { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
