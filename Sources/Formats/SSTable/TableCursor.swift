internal import Bytes
internal import Files
internal import Messages

/// Steps through all entries of a table in the order of their keys, with one block in memory at a time.
package struct TableCursor: Sendable {
  private let table: TableReader
  private var nextBlock = 0
  private var block: BlockCursor?
  private var previousKey: [UInt8]?
  /// The number of entries so far, including the current one.
  package private(set) var entryCount = 0

  init(_ table: TableReader) {
    self.table = table
  }

  /// The current entry; nil before the first call of `next` and after the last entry.
  package var entry: BlockCursor? { block }

  /// Moves to the next entry; false after the last.
  ///
  /// - Throws: `TableError` for a damaged block, and for keys that do not increase over the whole table.
  package mutating func next() throws(TableError) -> Bool {
    do throws(TableError) {
      while true {
        if try block?.next() == true {
          try checkEntry()
          return true
        }
        if let last = block?.key, !last.isEmpty || entryCount > 0 { previousKey = last }
        guard nextBlock < table.dataBlocks.count else {
          block = nil
          return false
        }
        block = try table.readBlock(table.dataBlocks[nextBlock].handle).makeCursor()
        nextBlock += 1
      }
    } catch {
      throw error.inFile(table.file.path)
    }
  }

  private mutating func checkEntry() throws(TableError) {
    guard let block else { return }
    entryCount += 1
    guard entryCount <= TableFormat.maximumEntryCount else {
      throw TableError(.tooManyEntries(limit: TableFormat.maximumEntryCount), offset: block.fileOffset)
    }
    if let byteCount = MemoryRoom.missing(forEntries: entryCount) {
      throw TableError(
        .file(FileError(.outOfMemory(byteCount: byteCount), file: table.file.path)), offset: block.fileOffset)
    }
    if let previous = previousKey {
      guard previous.lexicographicallyPrecedes(block.key) else {
        throw TableError(.keysNotIncreasing(key: block.key, after: previous), offset: block.fileOffset)
      }
      previousKey = nil
    }
    guard !table.dataBlocks[nextBlock - 1].separator.lexicographicallyPrecedes(block.key) else {
      throw TableError(.keyAboveSeparator(key: block.key), offset: block.fileOffset)
    }
  }
}
