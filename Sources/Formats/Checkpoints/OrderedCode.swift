/// Encodes numbers and strings as bytes that sort like the values; V1 records and V2 slices have such keys.
///
/// - Source: TensorFlow `core/lib/strings/ordered_code.cc`.
package enum OrderedCode {
  /// A count of bytes, then the number in as many bytes, big-endian without leading zeros.
  package static func encode(unsigned value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest > 0 {
      bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    }
    return [UInt8(bytes.count)] + bytes
  }

  /// The bytes, with `00` and `ff` escaped, then `00 01`.
  package static func encode(string bytes: some Sequence<UInt8>) -> [UInt8] {
    var code: [UInt8] = []
    for byte in bytes {
      code.append(byte)
      if byte == 0x00 { code.append(0xff) } else if byte == 0xff { code.append(0x00) }
    }
    return code + [0x00, 0x01]
  }

  /// As many leading equal bits as there are bytes (ones from 0 on, zeros below), then the number's low bits.
  package static func encode(signed value: Int64) -> [UInt8] {
    let magnitude = UInt64(bitPattern: value >= 0 ? value : ~value)
    // The least number of bytes whose 7 n − 1 bits hold the magnitude.
    let bitCount = 64 - magnitude.leadingZeroBitCount
    let count = bitCount / 7 + 1
    // Sign-extended to 10 bytes, big-endian.
    let sign: UInt8 = value >= 0 ? 0x00 : 0xff
    var bytes = [sign, sign] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * Int64($0))) }
    bytes.removeFirst(10 - count)
    for bit in 0..<count { bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8) }
    return bytes
  }

  /// Reads a number that `encode(unsigned:)` wrote; nil for other bytes.
  package static func decodeUnsigned(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    guard let count = bytes.first, count <= 8, bytes.count > Int(count) else { return nil }
    let digits = bytes.dropFirst().prefix(Int(count))
    bytes = bytes.dropFirst(Int(count) + 1)
    return digits.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads a string that `encode(string:)` wrote; nil for other bytes.
  package static func decodeString(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
    var string: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == 0x00 || byte == 0xff else {
        string.append(byte)
        continue
      }
      guard let next = rest.popFirst() else { return nil }
      switch (byte, next) {
      case (0x00, 0xff), (0xff, 0x00): string.append(byte)
      case (0x00, 0x01):
        bytes = rest
        return string
      default: return nil
      }
    }
    return nil
  }

  /// Reads a number that `encode(signed:)` wrote; nil for other bytes.
  package static func decodeSigned(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
    guard let first = bytes.first else { return nil }
    let isNegative = first & 0x80 == 0
    // With the bits of a negative number inverted, the run of leading ones is as long as the number has bytes.
    let flipped = bytes.prefix(10).map { isNegative ? ~$0 : $0 }
    var count = (~flipped[0]).leadingZeroBitCount
    if count == 8 {
      guard flipped.count > 1 else { return nil }
      count += (~flipped[1]).leadingZeroBitCount
    }
    guard count <= min(10, flipped.count) else { return nil }
    var digits = Array(flipped.prefix(count))
    for bit in 0..<count { digits[bit / 8] ^= 0x80 >> UInt8(bit % 8) }
    // Ten bytes hold more than 64 bits; the bits above must be zero, and so must the sign bit.
    if count > 8 {
      guard digits.dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
    }
    let magnitude = digits.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Int64(exactly: magnitude) else { return nil }
    bytes = bytes.dropFirst(count)
    return isNegative ? ~value : value
  }
}
