package import Bytes

/// The three lengths before an entry's bytes.
package struct EntryHeader: Equatable, Sendable {
  /// Bytes that the key has in common with the key before it.
  package let sharedByteCount: Int
  /// Bytes of the key that follow the header.
  package let unsharedByteCount: Int
  /// Bytes of the value, after those of the key.
  package let valueByteCount: Int

  /// Reads three varints of 32 bits. Whether the block holds that many bytes is for the caller to check.
  package init(parsing reader: inout ByteReader) throws(ByteError) {
    sharedByteCount = Int(try reader.readVarint32())
    unsharedByteCount = Int(try reader.readVarint32())
    valueByteCount = Int(try reader.readVarint32())
  }

  /// Bytes after the header. Two numbers of 32 bits cannot overflow 64.
  package var payloadByteCount: Int { unsharedByteCount + valueByteCount }

  /// Throws if the key cannot be made from the key before it.
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
