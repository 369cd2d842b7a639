import Foundation

/// Files of a few bytes that claim or make many, built by hand so that no test has to hold what they make.
enum HostileArchives {
  /// Deflate's form of a mebibyte of zeros, which ends on a byte and refers to nothing before it, so that copies can stand one
  /// behind the other: zlib's at level 9, flushed in full.
  private static let deflatedMebibyte: [UInt8] =
    [0xec, 0xc1, 0x31, 0x01, 0, 0, 0, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x08, 0x5f, 0xa0]
    + [UInt8](repeating: 0, count: 1016) + [0x3e, 0x03, 0, 0, 0xff, 0xff]

  /// A deflate stream: some bytes as they are, then zeros.
  static func deflated(_ head: [UInt8] = [], mebibytesOfZeros: Int) -> [UInt8] {
    // A stored block that is not the last: its kind, its length, the length's complement.
    let stored = head.isEmpty ? [] : [0] + littleEndian(head.count, 2) + littleEndian(head.count ^ 0xffff, 2) + head
    return stored + (0..<mebibytesOfZeros).flatMap { _ in deflatedMebibyte } + [0x03, 0x00]
  }

  /// A zip archive with one deflated member of this content and this declared length. Its checksum is wrong.
  static func zip(_ name: String, deflated content: [UInt8], byteCount: Int) -> [UInt8] {
    let shared =
      littleEndian(20, 2) + littleEndian(0, 2) + littleEndian(8, 2) + littleEndian(0, 2) + littleEndian(33, 2)
      + littleEndian(0, 4) + littleEndian(content.count, 4) + littleEndian(byteCount, 4)
      + littleEndian(name.utf8.count, 2) + littleEndian(0, 2)
    let local = [0x50, 0x4b, 3, 4] + shared + Array(name.utf8) + content
    let entry =
      [0x50, 0x4b, 1, 2] + littleEndian(20, 2) + shared + [UInt8](repeating: 0, count: 14) + Array(name.utf8)
    let end =
      [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + littleEndian(1, 2) + littleEndian(1, 2) + littleEndian(entry.count, 4)
      + littleEndian(local.count, 4) + [0, 0]
    return local + entry + end
  }

  /// The head of a `.npy` file.
  static func npy(_ descr: String, _ shape: String, fortranOrder: Bool = false) -> [UInt8] {
    npy("{'descr': '\(descr)', 'fortran_order': \(fortranOrder ? "True" : "False"), 'shape': \(shape), }\n")
  }

  /// The head of a `.npy` file with a header of any text.
  static func npy(_ header: String) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(header.utf8.count, 2) + Array(header.utf8)
  }

  /// A PNG of a declared size whose rows are zeros.
  static func png(width: Int, height: Int, colourType: UInt8, isInterlaced: Bool = false, mebibytes: Int) -> [UInt8] {
    // zlib's two bytes; the checksum at the stream's end is never reached, since more zeros come than rows take.
    let rows = [0x78, 0xda] + deflated(mebibytesOfZeros: mebibytes)
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      + chunk("IHDR", bigEndian(width, 4) + bigEndian(height, 4) + [8, colourType, 0, 0, isInterlaced ? 1 : 0])
      + chunk("IDAT", rows) + chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return bigEndian(content.count, 4) + body + bigEndian(Int(crc32(body)), 4)
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    let table = (0..<UInt32(256)).map { byte in
      (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }
    return ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
  }

  /// A safetensors file with this header, and `declared` as its length where it lies.
  static func safetensors(_ header: String, declared: Int? = nil, data: [UInt8] = []) -> [UInt8] {
    littleEndian(declared ?? header.utf8.count, 8) + Array(header.utf8) + data
  }

  static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func bigEndian(_ value: Int, _ count: Int) -> [UInt8] { littleEndian(value, count).reversed() }
}
