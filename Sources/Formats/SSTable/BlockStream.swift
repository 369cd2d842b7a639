internal import Bytes
package import Files
internal import Messages

/// Reads the contents of one block from beginning to end in bounded memory, and computes its checksum along the way.
///
/// A V1 checkpoint keeps each large tensor in a block of its own, as large as the tensor. What is read is known to be correct
/// only after `finish` has returned. A block that is already in memory can be read in the same way.
package struct BlockStream: ~Copyable {
  /// The block.
  package let handle: BlockHandle
  /// The number of bytes of the contents.
  package let byteCount: Int
  /// The position in the contents after the last entry.
  package let entriesEnd: Int
  private let file: InputFile
  private let isCompressed: Bool
  /// Nil if the block was already verified, or should not be verified.
  private let trailer: BlockTrailer?
  private let buffers: BufferPool?
  private var checksum = CRC32C()
  /// The bytes of the contents from `windowStart` on, of which `windowCount` are valid.
  private var window: [UInt8]
  private var windowStart = 0
  private var windowCount: Int
  private var index = 0

  /// Streams a stored block of `table` from the file.
  init(_ handle: BlockHandle, tail: BlockTail, of table: TableReader) {
    self.handle = handle
    byteCount = handle.byteCount
    entriesEnd = tail.entriesEnd
    file = table.file
    isCompressed = false
    trailer = table.verifiesChecksums ? tail.trailer : nil
    buffers = table.buffers
    window = table.buffers.take()
    windowCount = 0
  }

  /// Reads a block that is in memory, starting at a position in its contents.
  package init(_ block: Block, of file: InputFile, at position: Int = 0) {
    precondition((0...block.contents.count).contains(position), "a position lies in the block")
    handle = block.handle
    byteCount = block.contents.count
    entriesEnd = block.entriesEnd
    index = position
    self.file = file
    isCompressed = block.isCompressed
    trailer = nil
    buffers = nil
    window = block.contents
    windowCount = block.contents.count
  }

  deinit {
    buffers?.give(window)
  }

  /// The position of the next read in the contents.
  package var position: Int { windowStart + index }

  /// The file offset of the next read; if the block is compressed, the offset of the block.
  package var fileOffset: Int { handle.offset + (isCompressed ? 0 : position) }

  /// The number of bytes that have not been read yet.
  package var remainingCount: Int { byteCount - position }

  /// Hands out the next bytes without moving.
  ///
  /// - Parameters:
  ///   - minimum: how many bytes must be available, unless the contents end earlier; at most 64 KiB.
  ///   - body: receives at least that many.
  /// - Returns: what `body` returns.
  /// - Throws: `TableError` if the file ends early, or what `body` throws.
  package mutating func peek<R>(minimum: Int, _ body: (RawSpan) throws -> R) throws -> R {
    try fill(minimum)
    return try body(window.rawSpan.extracting(index..<windowCount))
  }

  /// Skips `count` bytes.
  ///
  /// - Throws: `TableError` if fewer are left, or the file ends early.
  package mutating func skip(_ count: Int) throws(TableError) {
    guard count >= 0, count <= remainingCount else {
      throw failure(.badEntry(.endOfBytes(needed: count, left: remainingCount)))
    }
    let target = position + count
    if trailer == nil, target > windowStart + windowCount {
      // The bytes in between are not needed.
      windowStart = target
      windowCount = 0
      index = 0
      return
    }
    while target > windowStart + windowCount {
      index = windowCount
      try fill(1)
    }
    index = target - windowStart
  }

  /// Moves from the start of the contents to the value of a key.
  ///
  /// - Returns: the number of the value's bytes, or nil if the block has no such key.
  package mutating func seek(key wanted: [UInt8]) throws(TableError) -> Int? {
    var key: [UInt8] = []
    while position < entriesEnd {
      let start = fileOffset
      let header = try readEntryHeader()
      do throws(TableDefect) {
        try header.check(previousKeyByteCount: key.count)
      } catch {
        throw TableError(error, file: file.path, offset: start)
      }
      key.replaceSubrange(header.sharedByteCount..., with: try readBytes(header.unsharedByteCount))
      if key == wanted { return header.valueByteCount }
      if wanted.lexicographicallyPrecedes(key) { return nil }
      try skip(header.valueByteCount)
    }
    return nil
  }

  /// Reads an entry's lengths, checked against what is left of the entries.
  private mutating func readEntryHeader() throws(TableError) -> EntryHeader {
    try fill(15)
    var reader = ByteReader(window.rawSpan.extracting(index..<windowCount), baseOffset: fileOffset)
    do throws(ByteError) {
      let header = try EntryHeader(parsing: &reader)
      index += reader.position
      guard header.payloadByteCount <= entriesEnd - position else {
        throw ByteError(.endOfBytes(needed: header.payloadByteCount, left: entriesEnd - position), offset: fileOffset)
      }
      return header
    } catch {
      throw TableError(.badEntry(error.reason), file: file.path, offset: error.offset)
    }
  }

  /// Copies the next `count` bytes.
  package mutating func readBytes(_ count: Int) throws(TableError) -> [UInt8] {
    guard count >= 0, count <= remainingCount else {
      throw failure(.badEntry(.endOfBytes(needed: count, left: remainingCount)))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      try fill(1)
      let taken = min(count - bytes.count, windowCount - index)
      bytes += window[index..<index + taken]
      index += taken
    }
    return bytes
  }

  /// Reads what is left and compares the checksum.
  package mutating func finish() throws(TableError) {
    guard let trailer else { return }
    try skip(remainingCount)
    var checksum = checksum
    checksum.extend(byLittleEndian: trailer.type)
    do throws(TableError) {
      try trailer.require(checksum: checksum.value, of: handle)
    } catch {
      throw error.inFile(file.path)
    }
  }

  /// Makes at least `minimum` bytes available, or all that are left.
  private mutating func fill(_ minimum: Int) throws(TableError) {
    let kept = windowCount - index
    guard kept < minimum, windowStart + windowCount < byteCount else { return }
    let start = windowStart + windowCount
    if kept > 0 {
      for offset in 0..<kept { window[offset] = window[index + offset] }
    }
    let count = min(window.count - kept, byteCount - start)
    try TableError.wrap(
      file.path, at: handle.offset + start,
      file.read(at: handle.offset + start, count: count, into: &window, from: kept))
    if trailer != nil {
      var extended = checksum
      extended.extend(by: window.rawSpan.extracting(kept..<kept + count))
      checksum = extended
    }
    windowStart = start - kept
    windowCount = kept + count
    index = 0
  }

  private func failure(_ reason: TableDefect) -> TableError {
    TableError(reason, file: file.path, offset: fileOffset)
  }
}

extension TableReader {
  /// Opens a block for reading from beginning to end: from the file if it is stored and large, otherwise verified, from memory.
  ///
  /// - Parameters:
  ///   - handle: one of the table's blocks.
  ///   - threshold: the size from which on a stored block is not read as a whole.
  /// - Returns: a stream at the block's first entry.
  /// - Throws: `TableError` for a block that cannot be read, or that is read as a whole and damaged.
  package func openStream(_ handle: BlockHandle, threshold: Int = 1 << 20) throws(TableError) -> BlockStream {
    if handle.byteCount >= threshold, let tail = try readTail(of: handle) {
      return BlockStream(handle, tail: tail, of: self)
    }
    return BlockStream(try readBlock(handle), of: file)
  }
}
