internal import Bytes
internal import Messages

/// Steps through the entries of one block.
package struct BlockCursor: Sendable {
  /// The block.
  package let block: Block
  /// The current entry's whole key.
  package private(set) var key: [UInt8] = []
  /// The current entry's value, as a range of the block's contents.
  package private(set) var value: Range<Int> = 0..<0
  /// The current entry's position in the contents.
  package private(set) var position: Int
  private var nextPosition: Int
  private var isBeforeFirst = true

  init(_ block: Block, at position: Int) {
    self.block = block
    self.position = position
    nextPosition = position
  }

  /// The current entry's offset in the file; if the block is compressed, the offset of the block.
  package var fileOffset: Int { block.fileOffset(of: position) }

  /// The file offset of the current entry's value; if the block is compressed, the offset of the block.
  package var valueFileOffset: Int { block.fileOffset(of: value.lowerBound) }

  /// The current entry's value.
  package var valueBytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let bytes = block.contents.rawSpan.extracting(value)
      // The span is borrowed from `block`, a stored property that lives as long as `self`.
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  /// Moves to the next entry; false after the last.
  ///
  /// - Throws: `TableError` for lengths that reach outside the block, and for a key that is not greater than the last.
  package mutating func next() throws(TableError) -> Bool {
    guard nextPosition < block.entriesEnd else { return false }
    position = nextPosition
    let (header, keyStart) = try readHeader()
    do throws(TableDefect) {
      try header.check(previousKeyByteCount: key.count)
      let tail = block.contents[keyStart..<keyStart + header.unsharedByteCount]
      // The shared bytes are equal, so the rest decides.
      guard isBeforeFirst || key[header.sharedByteCount...].lexicographicallyPrecedes(tail) else {
        throw .keysNotIncreasing(key: Array(key[..<header.sharedByteCount]) + tail, after: key)
      }
      key.replaceSubrange(header.sharedByteCount..., with: tail)
    } catch {
      throw TableError(error, offset: fileOffset)
    }
    let valueStart = keyStart + header.unsharedByteCount
    value = valueStart..<valueStart + header.valueByteCount
    nextPosition = value.upperBound
    isBeforeFirst = false
    return true
  }

  /// The lengths at `position`, checked against the block, and where the key's bytes start.
  private func readHeader() throws(TableError) -> (EntryHeader, keyStart: Int) {
    do throws(ByteError) {
      var reader = ByteReader(block.contents.rawSpan.extracting(first: block.entriesEnd))
      try reader.skip(position)
      let header = try EntryHeader(parsing: &reader)
      let keyStart = reader.position
      try reader.skip(header.payloadByteCount)
      return (header, keyStart)
    } catch {
      throw TableError(.badEntry(error.reason), offset: block.fileOffset(of: error.offset))
    }
  }
}
