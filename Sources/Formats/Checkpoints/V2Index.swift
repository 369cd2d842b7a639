internal import Files
internal import Messages
internal import SSTable
internal import Tensors

/// Everything in the index of a V2 checkpoint, entry by entry.
struct V2Index {
  let file: InputFile
  let header: BundleHeader
  /// Entries by name, in the order of the index.
  private(set) var tensors: [(name: [UInt8], entry: Result<BundleEntry, CheckpointError>)] = []
  /// The entries of slices by their keys, which start with a zero byte.
  private(set) var slices: [[UInt8]: Result<BundleEntry, CheckpointError>] = [:]
  /// Whether the header is the index's own; for a damaged index, it may be made up.
  let hasHeader: Bool

  init(path: String, options: ReadOptions) throws(CheckpointError) {
    let table = try CheckpointError.wrap(TableReader(path: path, verifiesChecksums: options.verifiesChecksums))
    file = table.file
    var cursor = table.makeCursor()
    func next() throws(CheckpointError) -> BlockCursor? {
      try CheckpointError.wrap(cursor.next() ? cursor.entry : nil)
    }
    guard let first = try next(), first.key.isEmpty else { throw CheckpointError(.header(.missing), file: path) }
    header = try Self.parseHeader(first, path: path)
    hasHeader = true
    while let entry = try next() {
      let isSlice = entry.key.first == 0
      let parsed = Self.parse(entry, isSlice: isSlice, path: path)
      if isSlice { slices[entry.key] = parsed } else { tensors.append((entry.key, parsed)) }
    }
  }

  /// What is left of a damaged index: the entries of intact blocks.
  ///
  /// - Throws: `CheckpointError` if the table belongs to another format, or is too new.
  init(salvaged table: TableReader, prefix: String) throws(CheckpointError) {
    file = table.file
    var header: BundleHeader?
    var seen: Set<[UInt8]> = []
    for block in table.dataBlocks {
      guard var cursor = try? table.readBlock(block.handle).makeCursor() else { continue }
      while (try? cursor.next()) == true {
        // A stale block that the scan also found may repeat a key.
        guard seen.insert(cursor.key).inserted else { continue }
        if cursor.key.isEmpty {
          header = try Self.salvageHeader(cursor, path: file.path)
          continue
        }
        let isSlice = cursor.key.first == 0
        let parsed = Self.parse(cursor, isSlice: isSlice, path: file.path)
        if isSlice { slices[cursor.key] = parsed } else { tensors.append((cursor.key, parsed)) }
      }
    }
    hasHeader = header != nil
    let shardCounts = Directory(prefix.directoryPart).dataFileCounts(ofPrefix: prefix.lastPart)
    self.header = header ?? BundleHeader(shardCount: shardCounts.last ?? 1, isBigEndian: false)
  }

  /// The header, or nil if it makes no sense; a header that forbids reading is respected.
  private static func salvageHeader(_ entry: BlockCursor, path: String) throws(CheckpointError) -> BundleHeader? {
    do throws(CheckpointError) {
      return try parseHeader(entry, path: path)
    } catch {
      switch error.reason {
      case .header(.otherVersion), .header(.tooNew), .header(.consumerExcluded): throw error
      default: return nil
      }
    }
  }

  private static func parseHeader(_ entry: BlockCursor, path: String) throws(CheckpointError) -> BundleHeader {
    let offset = entry.valueFileOffset
    switch CheckpointVersion.detect(header: entry.valueBytes) {
    case .v2?: break
    case .v1?: throw CheckpointError(.header(.otherVersion(found: .v1)), file: path, offset: offset)
    case nil: throw CheckpointError(.header(.notACheckpoint), file: path, offset: offset)
    }
    do throws(CheckpointDefect) {
      return try BundleHeader(parsing: entry.valueBytes, baseOffset: offset)
    } catch {
      throw CheckpointError(error, file: path, offset: offset)
    }
  }

  private static func parse(_ entry: BlockCursor, isSlice: Bool, path: String) -> Result<BundleEntry, CheckpointError> {
    let offset = entry.valueFileOffset
    do throws(CheckpointDefect) {
      return .success(try BundleEntry(parsing: entry.valueBytes, baseOffset: offset))
    } catch {
      let name = isSlice ? TensorSlice.decode(key: entry.key)?.name : entry.key
      return .failure(
        CheckpointError(error, file: path, offset: offset, tensor: name.map { String(escapingInvalidUTF8: $0) }))
    }
  }
}
