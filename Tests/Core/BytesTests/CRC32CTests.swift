import Bytes
import CDecantBytes
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  struct Vector: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let value: UInt32
    var testDescription: String { name }
  }

  /// RFC 3720, appendix B.4, and the check value of the CRC catalog.
  static let vectors: [Vector] = [
    Vector(name: "nothing", bytes: [], value: 0),
    Vector(name: "123456789", bytes: Array("123456789".utf8), value: 0xe306_9283),
    Vector(name: "32 bytes of zeros", bytes: [UInt8](repeating: 0, count: 32), value: 0x8a91_36aa),
    Vector(name: "32 bytes of ones", bytes: [UInt8](repeating: 0xff, count: 32), value: 0x62a8_ab43),
    Vector(name: "32 bytes ascending", bytes: [UInt8](0..<32), value: 0x46dd_794e),
    Vector(name: "32 bytes descending", bytes: (0..<32).map { 31 - $0 }, value: 0x113f_db5c),
    Vector(
      name: "an iSCSI read command",
      bytes: [
        0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0,
        0x18, 0x28,
        0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
      ], value: 0xd996_3a56),
    Vector(name: "the floats 1 and 2", bytes: [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], value: 0x28c0_c9b1),
  ]

  @Test("Published values", arguments: vectors)
  func published(vector: Vector) {
    #expect(CRC32C(of: vector.bytes.rawSpan).value == vector.value)
    let portable = unsafe vector.bytes.withUnsafeBytes { bytes in
      unsafe decant_crc32c_extend_portable(0, bytes.baseAddress, bytes.count)
    }
    #expect(portable == vector.value)
  }

  @Test("Masked values are those of files, and unmasking gives the checksum back")
  func masked() {
    #expect(CRC32C().masked == 0xa282_ead8)
    #expect(CRC32C(of: Array("123456789".utf8).rawSpan).masked == 0xc78a_b0e5)
    #expect(CRC32C(0x28c0_c9b1).masked == 0x35e5_3c59)
    for value: UInt32 in [0, 1, 0x8000_0000, 0xffff_ffff, 0xe306_9283] {
      #expect(CRC32C.unmask(CRC32C(value).masked) == value)
    }
  }

  /// Around the runs that are processed in three streams, and the tails behind them.
  static let counts = [
    0, 1, 7, 8, 9, 255, 256, 257, 767, 768, 769, 1537, 8191, 24_575, 24_576, 24_577, 30_001, 100_003,
  ]

  @Test("The processor's instruction and the table agree at every length, and at every alignment", arguments: counts)
  func agree(count: Int) {
    var state: UInt32 = 1
    let bytes = (0..<count + 8).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    for start in 0..<8 {
      let fast = CRC32C(of: bytes.rawSpan.extracting(start..<start + count)).value
      let portable = unsafe bytes.withUnsafeBytes { all in
        let part = unsafe UnsafeRawBufferPointer(rebasing: all[start..<start + count])
        return unsafe decant_crc32c_extend_portable(0, part.baseAddress, part.count)
      }
      #expect(fast == portable, "\(count) bytes from \(start)")
    }
  }

  @Test("A checksum that is continued is that of all bytes", arguments: [0, 1, 100, 8192, 50_000])
  func continued(split: Int) {
    let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var checksum = CRC32C(of: bytes.rawSpan.extracting(0..<split))
    checksum.extend(by: bytes.rawSpan.extracting(split..<bytes.count))
    #expect(checksum == CRC32C(of: bytes.rawSpan))
  }

  @Test("Numbers are added in little-endian order")
  func numbers() {
    var checksum = CRC32C()
    checksum.extend(byLittleEndian: UInt32(0x3433_3231))
    checksum.extend(byLittleEndian: UInt64(0x3938_3736_35) | 0)
    var bytes = CRC32C(of: Array("1234".utf8).rawSpan)
    bytes.extend(by: (Array("56789".utf8) + [0, 0, 0]).rawSpan)
    #expect(checksum == bytes)
  }
}
