internal import Bytes
package import Files

/// What is left of a table: the data blocks that their checksums prove, even if the index or the footer is lost.
package struct TableSalvage: Sendable {
  /// A table of the intact blocks, in the order of their keys as far as possible.
  package let table: TableReader
  /// Bytes that may have been data but are in no intact block, in the order of the file.
  package let lost: [Range<Int>]
  /// Whether the footer and the index are intact, so that every data block is known.
  package let hasIndex: Bool
  /// Whether every data block is known and intact, so that nothing that was stored is missing.
  package let isComplete: Bool

  /// Reads the index, or scans the file if the index is damaged.
  ///
  /// Memory is bounded; time is linear in the file's length.
  package init(_ file: InputFile) {
    if let table = try? TableReader(file: file) {
      var checker = BlockChecker(file: file)
      let held = table.dataBlocks.filter { checker.holds($0.handle) && table.examine($0.handle).isSound }
      let handles = Set(held.map(\.handle))
      lost = table.dataBlocks.map(\.handle).filter { !handles.contains($0) }.map { $0.offset..<$0.end }
      self.table = TableReader(salvaged: held, of: file)
      hasIndex = true
      isComplete = lost.isEmpty
      return
    }
    let scan = TableScan(file)
    let scanned = TableReader(salvaged: scan.blocks.map { TableReader.DataBlock(separator: [], handle: $0) }, of: file)
    let end = scanned.endOfData
    var lost = scan.gaps.compactMap { gap in
      gap.lowerBound < end.offset ? gap.lowerBound..<min(gap.upperBound, end.offset) : nil
    }
    var blocks: [TableReader.DataBlock] = []
    for handle in scan.blocks where handle.offset < end.offset {
      // A block that its checksum proves but that makes no sense was written that way.
      let examined = scanned.examine(handle)
      guard examined.isSound else {
        lost.append(handle.offset..<handle.end)
        continue
      }
      // Empty blocks have no keys.
      if let key = examined.lastKey { blocks.append(TableReader.DataBlock(separator: key, handle: handle)) }
    }
    // A stable sort: of two blocks that end with the same key, the first in the file counts.
    let sorted = blocks.enumerated().sorted { a, b in
      a.element.separator == b.element.separator
        ? a.offset < b.offset : a.element.separator.lexicographicallyPrecedes(b.element.separator)
    }
    table = TableReader(salvaged: sorted.map(\.element), of: file)
    self.lost = lost.sorted { $0.lowerBound < $1.lowerBound }
    hasIndex = false
    isComplete = end.isKnown && lost.isEmpty
  }
}

extension TableReader {
  /// Whether the entries of an intact block make sense, and the last key, which is nil if there are no entries.
  fileprivate func examine(_ handle: BlockHandle) -> (isSound: Bool, lastKey: [UInt8]?) {
    do throws(TableError) {
      if handle.byteCount >= 1 << 20, let entries = try locateEntries(of: handle) { return (true, entries.last?.key) }
      var cursor = try readBlock(handle).makeCursor()
      var key: [UInt8]?
      while try cursor.next() { key = cursor.key }
      return (true, key)
    } catch {
      return (false, nil)
    }
  }

  /// Where the data of a scanned table ends: at the metaindex block, which is empty and precedes the index, the last block.
  fileprivate var endOfData: (offset: Int, isKnown: Bool) {
    let handles = dataBlocks.map(\.handle)
    guard let last = handles.last else { return (file.byteCount, false) }
    let isIndex = isIndexBlock(last, of: Set(handles.dropLast().map(\.byteCount)))
    guard let metaindex = (isIndex ? handles.dropLast() : handles[...]).last, isEmpty(metaindex) else {
      return isIndex ? (last.offset, false) : (file.byteCount, false)
    }
    return (metaindex.offset, true)
  }

  private func isEmpty(_ handle: BlockHandle) -> Bool {
    guard handle.byteCount <= 64 else { return false }
    let examined = examine(handle)
    return examined.isSound && examined.lastKey == nil
  }

  /// Whether a block's values are handles of blocks, of which at least one has the length of an existing block. Its offset may
  /// differ, because something may have been inserted before it.
  private func isIndexBlock(_ handle: BlockHandle, of byteCounts: Set<Int>) -> Bool {
    guard handle.byteCount < 1 << 28, var cursor = try? readBlock(handle).makeCursor() else { return false }
    var foundCount = 0
    while let hasNext = try? cursor.next(), hasNext {
      var reader = ByteReader(cursor.valueBytes)
      guard let named = try? BlockHandle(parsing: &reader), reader.isAtEnd else { return false }
      if byteCounts.contains(named.byteCount) { foundCount += 1 }
    }
    return foundCount > 0
  }
}
