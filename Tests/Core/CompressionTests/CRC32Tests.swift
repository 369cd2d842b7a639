import Bytes
import Compression
import Testing

@Suite("CRC-32")
struct CRC32Tests {
  @Test("is that of zip archives, in pieces of any length")
  func pieces() {
    #expect(CRC32.extend(0, Array("123456789".utf8).rawSpan) == 0xcbf4_3926)
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let whole = CRC32.extend(0, bytes.rawSpan)
    for length in [1, 15, 16, 63, 64, 65, 1000, 4999] {
      var checksum: UInt = 0
      for start in stride(from: 0, to: bytes.count, by: length) {
        checksum = CRC32.extend(checksum, Array(bytes[start..<min(start + length, bytes.count)]).rawSpan)
      }
      #expect(checksum == whole, "\(length)")
    }
  }
}
