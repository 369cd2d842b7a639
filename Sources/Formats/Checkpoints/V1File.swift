internal import Files
internal import Messages
internal import SSTable
internal import Tensors
internal import Threads

/// One table of a V1 checkpoint, and its most recently read blocks.
final class V1File: Sendable {
  let table: TableReader
  /// Small blocks hold many records; keeping a few blocks avoids reading and verifying one again for each record.
  private let recent = Guarded<[Block]>([])

  private static let recentBlockCount = 4
  /// Blocks of this size or more hold one record, and are read in pieces. TensorFlow ends a block at 256 KiB, or at less
  /// than 768 KiB if the last record is a large one.
  private static let streamThreshold = 1 << 20

  init(path: String, options: ReadOptions) throws(CheckpointError) {
    table = try CheckpointError.wrap(TableReader(path: path, verifiesChecksums: options.verifiesChecksums))
  }

  /// A table that is already open.
  init(table: TableReader) {
    self.table = table
  }

  var path: String { table.file.path }

  /// A record that is about to be read from beginning to end.
  struct Record: ~Copyable {
    var stream: BlockStream
    let valueByteCount: Int
  }

  /// Finds a record; nil if the file has none with that key.
  func openRecord(_ key: [UInt8]) throws(TableError) -> Record? {
    guard let number = table.dataBlockIndex(for: key) else { return nil }
    let handle = table.dataBlocks[number].handle
    if handle.byteCount >= Self.streamThreshold {
      var stream = try table.openStream(handle)
      do throws(TableError) {
        if let count = try stream.seek(key: key) { return Record(stream: stream, valueByteCount: count) }
      } catch {
        // Nonsense in a block is usually damage to the block, which is the better thing to report.
        try stream.finish()
        throw error
      }
      try stream.finish()
      return nil
    }
    let block = try block(handle)
    guard let cursor = try block.find(key), cursor.key == key else { return nil }
    return Record(
      stream: BlockStream(block, of: table.file, at: cursor.value.lowerBound), valueByteCount: cursor.value.count)
  }

  /// A block that was read completely, verified, and walked through.
  private func block(_ handle: BlockHandle) throws(TableError) -> Block {
    let found = recent.withLock { blocks -> Block? in
      guard let index = blocks.firstIndex(where: { $0.handle == handle }) else { return nil }
      let block = blocks.remove(at: index)
      blocks.append(block)
      return block
    }
    if let found { return found }
    let block = try table.readBlock(handle)
    do throws(TableError) {
      // A search looks at only some entries; here it is checked once that all are in order.
      var cursor = block.makeCursor()
      while try cursor.next() {}
    } catch {
      throw error.inFile(path)
    }
    recent.withLock { blocks in
      blocks.append(block)
      if blocks.count > Self.recentBlockCount { blocks.removeFirst() }
    }
    return block
  }
}
