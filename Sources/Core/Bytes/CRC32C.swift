internal import CDecantBytes

/// A running CRC-32C (Castagnoli) checksum.
///
/// TensorFlow and LevelDB store it *masked*, because checksums of data that itself contains checksums would be weak.
/// - Source: RFC 3720 section 12.1; LevelDB `util/crc32c.h`.
package struct CRC32C: Sendable, Equatable {
  /// The checksum of all bytes so far, unmasked.
  package private(set) var value: UInt32

  /// Starts with no bytes, or continues from a finished checksum.
  package init(_ value: UInt32 = 0) {
    self.value = value
  }

  /// The checksum of `bytes`.
  package init(of bytes: RawSpan) {
    self.init()
    extend(by: bytes)
  }

  /// Adds `bytes` after those already seen.
  package mutating func extend(by bytes: RawSpan) {
    // The pointer does not leave the closure, and the C function reads exactly `count` bytes.
    value = unsafe bytes.withUnsafeBytes { buffer in
      unsafe decant_crc32c_extend(value, buffer.baseAddress, buffer.count)
    }
  }

  /// Adds one fixed-width integer in little-endian order.
  package mutating func extend<T: FixedWidthInteger & BitwiseCopyable>(byLittleEndian integer: T) {
    var rest = integer
    let bytes = (0..<MemoryLayout<T>.size).map { _ in
      defer { rest >>= 8 }
      return UInt8(truncatingIfNeeded: rest)
    }
    extend(by: bytes.rawSpan)
  }

  /// The checksum as files store it: rotated right by 15 bits, plus a constant.
  package var masked: UInt32 {
    ((value >> 15) | (value << 17)) &+ Self.maskDelta
  }

  /// Undoes `masked`.
  package static func unmask(_ masked: UInt32) -> UInt32 {
    let rotated = masked &- maskDelta
    return (rotated >> 17) | (rotated << 15)
  }

  private static let maskDelta: UInt32 = 0xa282_ead8
}
