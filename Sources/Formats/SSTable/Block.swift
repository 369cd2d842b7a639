internal import Bytes
internal import Messages

/// The decompressed contents of a block: entries sorted by key, then an array of restart points.
///
/// ```
/// contents := entry*, restart point u32 × R, R u32
/// entry    := shared varint32, unshared varint32, value count varint32, unshared key bytes, value bytes
/// ```
/// A key consists of the first `shared` bytes of the previous key, and then the unshared bytes; at a restart point nothing is
/// shared. The number of entries is not stored: they end where the restart points start.
package struct Block: Sendable {
  /// The bytes after the checksum, decompressed.
  package let contents: [UInt8]
  /// Where the block is in its file.
  package let handle: BlockHandle
  /// Whether it is compressed in the file; file offsets of its entries then have no meaning.
  package let isCompressed: Bool
  /// The number of restart points.
  package let restartCount: Int
  /// The position in `contents` after the last entry.
  package let entriesEnd: Int

  /// Checks the array of restart points; entries are checked as they are read.
  package init(contents: [UInt8], handle: BlockHandle, isCompressed: Bool = false) throws(TableError) {
    func failure(_ reason: TableDefect, at position: Int) -> TableError {
      TableError(reason, offset: handle.offset + (isCompressed ? 0 : position))
    }
    guard contents.count >= 4 else { throw failure(.blockTooShort(byteCount: contents.count), at: 0) }
    let restartCount = Int(contents.littleEndian32(at: contents.count - 4))
    let room = (contents.count - 4) / 4
    guard restartCount <= room else {
      throw failure(.badRestartCount(restartCount, room: room), at: contents.count - 4)
    }
    let entriesEnd = contents.count - 4 - 4 * restartCount
    guard restartCount > 0 || entriesEnd == 0 else {
      throw failure(.badRestartCount(0, room: room), at: contents.count - 4)
    }
    for index in 0..<restartCount {
      let point = Int(contents.littleEndian32(at: entriesEnd + 4 * index))
      // An empty block has one restart point at 0, where there is no entry.
      guard point < entriesEnd || point == 0 else {
        throw failure(.badRestartPoint(point, limit: entriesEnd), at: entriesEnd + 4 * index)
      }
    }
    self.contents = contents
    self.handle = handle
    self.isCompressed = isCompressed
    self.restartCount = restartCount
    self.entriesEnd = entriesEnd
  }

  /// The position of a restart point's entry.
  func restartPoint(_ index: Int) -> Int { Int(contents.littleEndian32(at: entriesEnd + 4 * index)) }

  /// The file offset of a position in `contents`; if the block is compressed, the offset of the block.
  package func fileOffset(of position: Int) -> Int { handle.offset + (isCompressed ? 0 : position) }

  /// A cursor before the first entry.
  package func makeCursor() -> BlockCursor { BlockCursor(self, at: 0) }

  /// A cursor at the first entry whose key is not less than `key`; nil if all are less. Time is logarithmic in restart points.
  package func find(_ key: [UInt8]) throws(TableError) -> BlockCursor? {
    var low = 0
    var high = max(restartCount - 1, 0)
    while low < high {
      let middle = (low + high + 1) / 2
      var cursor = BlockCursor(self, at: restartPoint(middle))
      guard try cursor.next() else { break }
      if cursor.key.lexicographicallyPrecedes(key) { low = middle } else { high = middle - 1 }
    }
    var cursor = BlockCursor(self, at: restartCount > 0 ? restartPoint(low) : 0)
    while try cursor.next() {
      if !cursor.key.lexicographicallyPrecedes(key) { return cursor }
    }
    return nil
  }
}
