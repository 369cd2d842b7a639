internal import Bytes
package import Files
internal import Messages

/// A sorted string table: a map from keys to values, both of them bytes, that is read block by block.
///
/// Opening reads the footer and the index block. Several threads may read one table.
package final class TableReader: Sendable {
  /// A data block that the index block names.
  package struct DataBlock: Equatable, Sendable {
    /// A key that is not less than any key of the block, and is less than every key of the next; not necessarily a key of the table.
    package let separator: [UInt8]
    /// Where the block is.
    package let handle: BlockHandle
  }

  /// The file.
  package let file: InputFile
  /// The end of the file.
  package let footer: Footer
  /// The data blocks in the order of their keys.
  package let dataBlocks: [DataBlock]
  /// Whether the checksums of blocks are compared.
  package let verifiesChecksums: Bool
  /// The offset at which blocks must end.
  let blocksEnd: Int
  let buffers = BufferPool(byteCount: 512 << 10)

  /// Opens a table: checks the footer, reads the index block, and checks that the blocks are within the file and do not overlap.
  ///
  /// - Parameters:
  ///   - file: the file, open.
  ///   - verifiesChecksums: whether the checksums of blocks are compared.
  /// - Throws: `TableError`, which says what the file is if it is a different kind of file.
  package init(file: InputFile, verifiesChecksums: Bool = true) throws(TableError) {
    do throws(TableError) {
      let footer = try Self.readFooter(file)
      let end = file.byteCount - TableFormat.footerByteCount
      let index = try Self.readBlock(footer.index, of: file, below: end, verifiesChecksum: verifiesChecksums)
      self.file = file
      blocksEnd = end
      self.footer = footer
      self.verifiesChecksums = verifiesChecksums
      dataBlocks = try Self.parseIndex(index, limit: end)
      try Self.requireDisjoint(dataBlocks.map(\.handle) + [footer.index])
    } catch {
      throw error.inFile(file.path)
    }
  }

  /// A table of blocks that were not found through its index.
  ///
  /// - Parameters:
  ///   - blocks: the blocks, in the order of their separators, so that `find` works.
  ///   - file: the file that holds them.
  init(salvaged blocks: [DataBlock], of file: InputFile) {
    self.file = file
    dataBlocks = blocks
    blocksEnd = file.byteCount
    verifiesChecksums = true
    let nowhere = BlockHandle(offset: 0, byteCount: 0)
    footer = Footer(metaindex: nowhere, index: nowhere)
  }

  /// Opens the table at a path.
  package convenience init(path: String, verifiesChecksums: Bool = true) throws(TableError) {
    let file = try TableError.wrap(path, at: 0, InputFile(path: path))
    try self.init(file: file, verifiesChecksums: verifiesChecksums)
  }

  /// Reads, verifies and decompresses one block.
  package func readBlock(_ handle: BlockHandle) throws(TableError) -> Block {
    do throws(TableError) {
      return try Self.readBlock(handle, of: file, below: blocksEnd, verifiesChecksum: verifiesChecksums)
    } catch {
      throw error.inFile(file.path)
    }
  }

  /// Reads one block and steps through its entries.
  ///
  /// - Throws: `TableError` for the first defect.
  package func checkBlock(_ handle: BlockHandle) throws(TableError) {
    var cursor = try readBlock(handle).makeCursor()
    do throws(TableError) {
      while try cursor.next() {}
    } catch {
      throw error.inFile(file.path)
    }
  }

  /// A cursor before the first entry of the table.
  package func makeCursor() -> TableCursor { TableCursor(self) }

  /// The index in `dataBlocks` of the only block that can hold `key`; nil if the key is greater than all.
  package func dataBlockIndex(for key: [UInt8]) -> Int? {
    var low = 0
    var high = dataBlocks.count
    while low < high {
      let middle = (low + high) / 2
      if dataBlocks[middle].separator.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low < dataBlocks.count ? low : nil
  }

  /// The entry with a key, found by two binary searches; nil if the table has none.
  package func find(_ key: [UInt8]) throws(TableError) -> BlockCursor? {
    guard let index = dataBlockIndex(for: key) else { return nil }
    let block = try readBlock(dataBlocks[index].handle)
    do throws(TableError) {
      guard let cursor = try block.find(key), cursor.key == key else { return nil }
      return cursor
    } catch {
      throw error.inFile(file.path)
    }
  }
}

// MARK: - Reading and checking the parts

extension TableReader {
  private static func readFooter(_ file: InputFile) throws(TableError) -> Footer {
    guard file.byteCount >= TableFormat.footerByteCount else {
      throw TableError(.tooShort(byteCount: file.byteCount, kind: try file.kindForTable()), offset: 0)
    }
    let start = file.byteCount - TableFormat.footerByteCount
    let bytes = try file.readForTable(at: start, count: TableFormat.footerByteCount)
    let magic = UInt64(bytes.littleEndian32(at: 40)) | UInt64(bytes.littleEndian32(at: 44)) << 32
    guard magic == TableFormat.magic else {
      throw TableError(.badMagic(found: magic, kind: try file.kindForTable()), offset: start + 40)
    }
    return try Footer(parsing: bytes.rawSpan, baseOffset: start)
  }

  private static func readBlock(
    _ handle: BlockHandle, of file: InputFile, below limit: Int, verifiesChecksum: Bool
  ) throws(TableError) -> Block {
    guard handle.fits(below: limit) else {
      throw TableError(.blockOutsideFile(handle, limit: limit), offset: handle.offset)
    }
    var bytes = try file.readForTable(at: handle.offset, count: handle.byteCount + TableFormat.trailerByteCount)
    return try block(ofStored: &bytes, handle, verifiesChecksum: verifiesChecksum)
  }

  /// A block from its stored contents and the trailer, which is removed.
  private static func block(
    ofStored bytes: inout [UInt8], _ handle: BlockHandle, verifiesChecksum: Bool
  ) throws(TableError) -> Block {
    let trailer = BlockTrailer(parsing: bytes, at: handle.byteCount)
    if verifiesChecksum {
      let computed = CRC32C(of: bytes.rawSpan.extracting(first: handle.byteCount + 1)).value
      try trailer.require(checksum: computed, of: handle)
    }
    let compression = try trailer.compression(of: handle)
    bytes.removeLast(TableFormat.trailerByteCount)
    switch compression {
    case .none: return try Block(contents: bytes, handle: handle)
    case .snappy:
      let contents: [UInt8]
      do throws(SnappyError) {
        contents = try Snappy.decompress(bytes.rawSpan)
      } catch {
        throw TableError(.snappy(error.reason), offset: handle.offset + error.position)
      }
      return try Block(contents: contents, handle: handle, isCompressed: true)
    }
  }

  /// Reads what an index block says.
  ///
  /// - Parameters:
  ///   - bytes: its stored contents and the trailer.
  ///   - handle: where it is; the data blocks come before it.
  /// - Returns: the data blocks that it names.
  /// - Throws: `TableError` without a file.
  package static func dataBlocks(
    ofIndexBlock bytes: [UInt8], _ handle: BlockHandle
  ) throws(TableError) -> [BlockHandle] {
    guard bytes.count == handle.byteCount + TableFormat.trailerByteCount else {
      throw TableError(.blockTooShort(byteCount: bytes.count), offset: handle.offset)
    }
    var bytes = bytes
    let block = try block(ofStored: &bytes, handle, verifiesChecksum: true)
    return try parseIndex(block, limit: handle.offset).map(\.handle)
  }

  private static func parseIndex(_ block: Block, limit: Int) throws(TableError) -> [DataBlock] {
    var dataBlocks: [DataBlock] = []
    var cursor = block.makeCursor()
    while try cursor.next() {
      let offset = cursor.valueFileOffset
      var reader = ByteReader(cursor.valueBytes, baseOffset: offset)
      let handle: BlockHandle
      do throws(ByteError) {
        // Bytes after the two numbers are ignored, as in LevelDB.
        handle = try BlockHandle(parsing: &reader)
      } catch {
        throw TableError(.badHandle(error.reason), offset: offset)
      }
      guard handle.fits(below: limit) else {
        throw TableError(.blockOutsideFile(handle, limit: limit), offset: offset)
      }
      dataBlocks.append(DataBlock(separator: cursor.key, handle: handle))
    }
    return dataBlocks
  }

  /// Checks that no two blocks overlap; all handles fit the file.
  private static func requireDisjoint(_ handles: [BlockHandle]) throws(TableError) {
    let sorted = handles.sorted { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
    for (first, second) in zip(sorted, sorted.dropFirst()) where second.offset < first.end {
      throw TableError(.overlappingBlocks(first, second), offset: second.offset)
    }
  }
}

extension LocatedError<TableDefect> {
  /// Evaluates `body`, and wraps what the file system says about the file.
  static func wrap<Value>(
    _ path: String, at offset: Int, _ body: @autoclosure () throws(FileError) -> Value
  ) throws(TableError) -> Value {
    do throws(FileError) { return try body() } catch { throw TableError(.file(error), file: path, offset: offset) }
  }
}

extension InputFile {
  /// The same as `read`, with this module's error.
  func readForTable(at offset: Int, count: Int) throws(TableError) -> [UInt8] {
    return try TableError.wrap(path, at: offset, read(at: offset, count: count))
  }

  /// What the file is if it is not a table.
  func kindForTable() throws(TableError) -> FileKind {
    return try TableError.wrap(path, at: 0, FileKind(of: self))
  }
}
