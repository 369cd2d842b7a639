package import Bytes

/// The three lengths before an entry's bytes.
package struct EntryHeader: Equatable, Sendable {
  /// The number of bytes that the key shares with the previous key.
  package let sharedByteCount: Int
  /// The number of the key's bytes after the header.
  package let unsharedByteCount: Int
  /// The number of the value's bytes, after those of the key.
  package let valueByteCount: Int

  /// Reads three 32-bit varints. The caller must check whether the block holds that many bytes.
  package init(parsing reader: inout ByteReader) throws(ByteError) {
    sharedByteCount = Int(try reader.readVarint32())
    unsharedByteCount = Int(try reader.readVarint32())
    valueByteCount = Int(try reader.readVarint32())
  }

  /// The number of bytes after the header. The sum of two 32-bit numbers cannot overflow 64 bits.
  package var payloadByteCount: Int { unsharedByteCount + valueByteCount }

  /// Throws if the key cannot be made from the previous key.
  func check(previousKeyByteCount: Int) throws(TableDefect) {
    guard sharedByteCount <= previousKeyByteCount else {
      throw .tooManySharedBytes(shared: sharedByteCount, previous: previousKeyByteCount)
    }
    let keyByteCount = sharedByteCount + unsharedByteCount
    guard keyByteCount <= TableFormat.maximumKeyByteCount else {
      throw .keyTooLong(byteCount: keyByteCount, limit: TableFormat.maximumKeyByteCount)
    }
  }
}
