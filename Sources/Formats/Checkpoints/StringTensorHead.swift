internal import Bytes

/// What comes before the bytes of a string tensor in a data file: all lengths as varints, then a checksum of the lengths.
///
/// A tensor without strings has the checksum as well.
struct StringTensorHead {
  /// The bytes up to the first string.
  let bytes: [UInt8]
  /// The checksum so far, which continues over the strings.
  let checksum: CRC32C

  /// The head for all strings of a tensor.
  init(_ strings: [[UInt8]], isBigEndian: Bool = false) {
    var bytes: [UInt8] = []
    var checksum = CRC32C()
    for string in strings {
      bytes += Varint.encode(UInt64(string.count))
      checksum.extend(byStringLength: string.count, isBigEndian: isBigEndian)
    }
    let masked = isBigEndian ? checksum.masked.byteSwapped : checksum.masked
    checksum.extend(byLittleEndian: masked)
    self.bytes = bytes + (0..<4).map { UInt8(truncatingIfNeeded: masked >> (8 * $0)) }
    self.checksum = checksum
  }
}
