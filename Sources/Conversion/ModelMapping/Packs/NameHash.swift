/// A hash of a name that grows by bytes or by whole parts: a polynomial in a fixed odd number, modulo 2^64.
///
/// Whether a file has a name that a pack spells out is asked thousands of times; the hash answers without making the
/// name. A file made to collide can only be recognized as what it is not, which the mapping then finds by name.
struct NameHash: Hashable, Sendable {
  private(set) var value: UInt64 = 0

  /// The number of which the bytes are coefficients: 2^64 divided by the golden ratio, as in Fibonacci hashing.
  private static let base: UInt64 = 0x9e37_79b9_7f4a_7c15

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

  /// A part of many names, hashed once.
  struct Part: Sendable {
    fileprivate let value: UInt64
    /// The base to the power of the number of bytes.
    fileprivate var power: UInt64 = 1

    init(_ text: String) {
      value = NameHash(text).value
      for _ in text.utf8 { power &*= NameHash.base }
    }
  }

  mutating func append(_ part: Part) {
    value = value &* part.power &+ part.value
  }

  mutating func append(_ text: some StringProtocol) {
    for byte in text.utf8 { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    // One is added, so that a byte of zero changes the hash too.
    value = value &* Self.base &+ UInt64(byte) &+ 1
  }

  /// Appends a number in digits.
  mutating func append(decimal number: Int) {
    guard number >= 10 else { return number < 0 ? append("\(number)") : append(0x30 + UInt8(number)) }
    append(decimal: number / 10)
    append(0x30 + UInt8(number % 10))
  }
}
