internal import CZlib

extension ChecksumRepair {
  /// ZIP archives of stored members: their CRC-32 in both headers. Compressed members keep what they have.
  public static func repairArchive(_ bytes: inout [UInt8]) {
    var look = Look(bytes: bytes, position: bytes.count - 22)
    guard bytes.count >= 22, look.littleEndian(byteCount: 4) == 0x0605_4b50 else { return }
    look.position += 12
    guard let start = look.littleEndian(byteCount: 4) else { return }
    look.position = start
    while let entry = range(at: look.position, count: 46, limit: bytes.count),
      look.littleEndian(byteCount: 4) == 0x0201_4b50
    {
      look.position = entry.lowerBound + 10
      let method = look.littleEndian(byteCount: 2) ?? 0
      look.position = entry.lowerBound + 20
      let byteCount = look.littleEndian(byteCount: 4) ?? 0
      look.position = entry.lowerBound + 28
      let more = (0..<3).reduce(0) { sum, _ in sum + (look.littleEndian(byteCount: 2) ?? 0) }
      look.position = entry.lowerBound + 42
      let local = look.littleEndian(byteCount: 4) ?? 0
      look.position = local + 26
      let names = (look.littleEndian(byteCount: 2) ?? 0) + (look.littleEndian(byteCount: 2) ?? 0)
      if method == 0, let data = range(at: local + 30 + names, count: byteCount, limit: bytes.count) {
        let checksum = crc32(bytes[data])
        write(checksum, at: entry.lowerBound + 16, to: &bytes)
        write(checksum, at: local + 14, to: &bytes)
      }
      look = Look(bytes: bytes, position: entry.upperBound + more)
    }
  }

  /// PNG: the CRC-32 of every chunk.
  public static func repairPNG(_ bytes: inout [UInt8]) {
    var start = 8
    while let header = range(at: start, count: 8, limit: bytes.count) {
      let count = bytes[header.prefix(4)].reduce(0) { $0 << 8 | Int($1) }
      guard let data = range(at: header.upperBound, count: count, limit: bytes.count - 4) else { return }
      write(crc32(bytes[header.lowerBound + 4..<data.upperBound]), at: data.upperBound, to: &bytes, isBigEndian: true)
      start = data.upperBound + 4
    }
  }

  /// The CRC-32 of ZIP and PNG.
  ///
  /// - Source: RFC 1952, section 8.
  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    // As many bytes as there are.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }
}
