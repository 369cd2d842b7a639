internal import Bytes

/// Makes the checksums of a damaged file right again, so that what lies behind them is tested and not only them.
///
/// Every function takes any bytes at all: what does not look like the format is left as it is.
public enum ChecksumRepair {
  /// The numbers of a file, read without trusting any of them; nil where the bytes end.
  struct Look {
    let bytes: [UInt8]
    var position: Int

    mutating func varint() -> Int? {
      guard position >= 0, position <= bytes.count else { return nil }
      var reader = ByteReader(bytes.rawSpan.extracting(position..<bytes.count))
      guard let value = try? reader.readVarint() else { return nil }
      position += reader.position
      return Int(exactly: value)
    }

    mutating func littleEndian(byteCount: Int) -> Int? {
      guard position >= 0, position <= bytes.count - byteCount else { return nil }
      defer { position += byteCount }
      return bytes[position..<position + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// `start ..< start + count`, where `limit` bytes hold it.
  static func range(at start: Int, count: Int, limit: Int) -> Range<Int>? {
    guard start >= 0, count >= 0, start <= limit, count <= limit - start else { return nil }
    return start..<start + count
  }

  /// Writes a number at `start`, where there is room.
  static func write(_ value: UInt32, at start: Int, to bytes: inout [UInt8], isBigEndian: Bool = false) {
    guard let range = range(at: start, count: 4, limit: bytes.count) else { return }
    for (index, place) in range.enumerated() {
      bytes[place] = UInt8(truncatingIfNeeded: value >> UInt32(8 * (isBigEndian ? 3 - index : index)))
    }
  }
}
