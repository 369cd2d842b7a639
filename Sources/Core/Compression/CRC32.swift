internal import CZlib

/// The checksum of zip members.
package enum CRC32 {
  /// The checksum of bytes that follow those with another one; 0 to begin.
  package static func extend(_ checksum: UInt, _ bytes: RawSpan) -> UInt {
    // The bytes do not leave the call.
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe crc32_z(checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
  }
}
