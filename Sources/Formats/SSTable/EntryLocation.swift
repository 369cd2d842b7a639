internal import Bytes
internal import Files
internal import Messages

/// Where an entry is, found without reading its value.
package struct EntryLocation: Equatable, Sendable {
  /// The whole key.
  package let key: [UInt8]
  /// The offset of the value in the file.
  package let valueOffset: Int
  /// The number of the value's bytes.
  package let valueByteCount: Int
}

extension TableReader {
  /// Lists the entries of a block by stepping from one to the next, without reading the values.
  ///
  /// This only shows where things are. Nothing is verified: reading the values reads and verifies the block.
  ///
  /// - Parameter handle: one of the table's blocks.
  /// - Returns: the entries in their order, or nil if the block is compressed.
  /// - Throws: `TableError` for lengths that reach outside the block.
  package func locateEntries(of handle: BlockHandle) throws(TableError) -> [EntryLocation]? {
    guard let tail = try readTail(of: handle) else { return nil }
    var window = FileWindow(file: file, end: handle.offset + tail.entriesEnd)
    var entries: [EntryLocation] = []
    var key: [UInt8] = []
    var offset = handle.offset
    while offset < window.end {
      let start = offset
      let header = try window.readEntryHeader(at: &offset)
      do throws(TableDefect) {
        try header.check(previousKeyByteCount: key.count)
      } catch {
        throw TableError(error, file: file.path, offset: start)
      }
      key.replaceSubrange(header.sharedByteCount..., with: try window.read(header.unsharedByteCount, at: &offset))
      if let byteCount = MemoryRoom.missing(forEntries: entries.count + 1) {
        throw TableError(.file(FileError(.outOfMemory(byteCount: byteCount), file: file.path)), offset: start)
      }
      entries.append(EntryLocation(key: key, valueOffset: offset, valueByteCount: header.valueByteCount))
      offset += header.valueByteCount
    }
    return entries
  }
}

/// The most recently read bytes of a file.
private struct FileWindow {
  let file: InputFile
  /// The offset after the last byte of interest.
  let end: Int
  private var bytes: [UInt8] = []
  private var start = 0

  /// Three lengths of at most five bytes.
  private static let headerByteCount = 15
  /// Large enough that most keys are read together with their lengths.
  private static let byteCount = 4096

  init(file: InputFile, end: Int) {
    self.file = file
    self.end = end
  }

  /// Reads an entry's lengths, checked against what is left.
  mutating func readEntryHeader(at offset: inout Int) throws(TableError) -> EntryHeader {
    let bytes = try load(min(Self.headerByteCount, end - offset), at: offset)
    var reader = ByteReader(bytes.rawSpan, baseOffset: offset)
    do throws(ByteError) {
      let header = try EntryHeader(parsing: &reader)
      offset = reader.offset
      guard header.payloadByteCount <= end - offset else {
        throw ByteError(.endOfBytes(needed: header.payloadByteCount, left: end - offset), offset: offset)
      }
      return header
    } catch {
      throw TableError(.badEntry(error.reason), file: file.path, offset: error.offset)
    }
  }

  /// Reads `count` bytes, which are known to be there.
  mutating func read(_ count: Int, at offset: inout Int) throws(TableError) -> [UInt8] {
    let bytes = try load(count, at: offset)
    offset += count
    return bytes
  }

  private mutating func load(_ count: Int, at offset: Int) throws(TableError) -> [UInt8] {
    if offset < start || offset + count > start + bytes.count {
      bytes = try file.readForTable(at: offset, count: min(max(count, Self.byteCount), end - offset))
      start = offset
    }
    return [UInt8](bytes[(offset - start)..<(offset - start + count)])
  }
}
