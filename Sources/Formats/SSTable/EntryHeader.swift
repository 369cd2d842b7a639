public import Bytes

/// The three lengths before an entry's bytes.
public struct EntryHeader: Equatable, Sendable {
  /// Bytes that the key has in common with the key before it.
  public let sharedByteCount: Int
  /// Bytes of the key that follow the header.
  public let unsharedByteCount: Int
  /// Bytes of the value, after those of the key.
  public let valueByteCount: Int

  /// Reads three varints of 32 bits. Whether the block holds that many bytes is for the caller to check.
  public init(parsing reader: inout ByteReader) throws(ByteError) {
    sharedByteCount = Int(try reader.readVarint32())
    unsharedByteCount = Int(try reader.readVarint32())
    valueByteCount = Int(try reader.readVarint32())
  }

  /// Bytes after the header. Two numbers of 32 bits cannot overflow 64.
  public var payloadByteCount: Int { unsharedByteCount + valueByteCount }

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
