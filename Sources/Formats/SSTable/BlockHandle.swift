package import Bytes

/// Where a block is in its file.
public struct BlockHandle: Hashable, Sendable {
  /// The offset of the first byte.
  public let offset: Int
  /// The number of bytes of the stored contents, without the trailer.
  public let byteCount: Int

  /// A block at `offset`.
  public init(offset: Int, byteCount: Int) {
    self.offset = offset
    self.byteCount = byteCount
  }

  /// Reads two varints. `TableReader` checks whether the file holds such a block.
  package init(parsing reader: inout ByteReader) throws(ByteError) {
    let offset = try reader.readVarintCount()
    let byteCount = try reader.readVarintCount()
    self.init(offset: offset, byteCount: byteCount)
  }

  /// The two varints.
  public var encoded: [UInt8] { Varint.encode(UInt64(offset)) + Varint.encode(UInt64(byteCount)) }

  /// Whether contents and trailer end at or before `limit`.
  package func fits(below limit: Int) -> Bool {
    offset >= 0 && byteCount >= 0 && limit >= TableFormat.trailerByteCount
      && offset <= limit - TableFormat.trailerByteCount
      && byteCount <= limit - TableFormat.trailerByteCount - offset
  }

  /// The offset after the trailer; valid only for a handle that fits its file.
  var end: Int { offset + byteCount + TableFormat.trailerByteCount }
}
