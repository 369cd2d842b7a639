internal import CDecantBytes

/// The checksum of zip members.
package enum CRC32 {
  /// The checksum of bytes that follow those with another one; 0 to begin.
  package static func extend(_ checksum: UInt, _ bytes: RawSpan) -> UInt {
    // The bytes do not leave the call, and the C function reads exactly `count` of them.
    unsafe bytes.withUnsafeBytes { bytes in
      UInt(unsafe decant_crc32_extend(UInt32(truncatingIfNeeded: checksum), bytes.baseAddress, bytes.count))
    }
  }
}
