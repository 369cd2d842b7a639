import Foundation

/// Files of little-endian float32 values and nothing else.
enum Floats {
  static func read(_ url: URL) throws -> [Float] {
    let data = try Data(contentsOf: url)
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  static func write(_ values: [Float], to url: URL) throws {
    let words = values.map(\.bitPattern.littleEndian)
    try words.withUnsafeBytes { Data($0) }.write(to: url)
  }
}
