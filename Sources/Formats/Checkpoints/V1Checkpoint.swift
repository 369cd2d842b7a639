internal import Bytes
package import Files
internal import Messages
internal import SSTable
package import Tensors

/// A V1 checkpoint: one table that holds the list of tensors and all values, or several tables of a sharded save.
///
/// Opening reads the lists, but no values. Several threads may read one checkpoint.
/// - Source: TensorFlow `core/util/saved_tensor_slice.proto`, `tensor_slice_reader.cc`.
package final class V1Checkpoint: TensorSource, ReadObservable {
  /// How the checkpoint was opened.
  package let options: ReadOptions
  /// The files of the set, missing ones included.
  package let files: [SourceFile]
  /// Always true: every block of a V1 table has a checksum.
  package let hasChecksums = true
  /// Always true.
  package let isCheckpoint = true
  /// All tensors that can be described, sorted by the bytes of their names.
  package let descriptors: [TensorDescriptor]
  /// Missing files, tensors that cannot be described, and oddities.
  package let problems: [SourceProblem]

  /// By the index in `files`; nil for a file that is missing or damaged.
  let tables: [V1File?]
  /// Name and content of each of `descriptors`.
  let tensors: [(name: [UInt8], content: V1Listing.Content)]
  let buffers = BufferPool(byteCount: 256 << 10)

  /// Opens a single file, or all files of a sharded set.
  ///
  /// - Parameters:
  ///   - paths: the files in the order of their numbers, including missing ones.
  ///   - options: whether checksums are compared.
  /// - Throws: `CheckpointError` for the first file if none can be used. In a set, a missing or damaged file affects only its
  ///   own tensors and becomes one of the problems.
  package convenience init(paths: [String], options: ReadOptions = ReadOptions()) throws(CheckpointError) {
    var problems: [SourceProblem] = []
    var files: [(file: V1File, metadata: V1Metadata)?] = []
    var firstError: CheckpointError?
    for path in paths {
      do throws(CheckpointError) {
        guard FileStatus(path: path) != nil || paths.count == 1 else {
          throw CheckpointError(.shard(.missing(SourceFile(path: path, byteCount: nil).name)), file: path)
        }
        let file = try V1File(path: path, options: options)
        files.append((file, try V1Metadata(of: file)))
      } catch {
        files.append(nil)
        problems.append(SourceProblem(tensor: nil, error: error, severity: .incomplete))
        if firstError == nil { firstError = error }
      }
    }
    if let firstError, !files.contains(where: { $0 != nil }) { throw firstError }
    self.init(files, paths: paths, options: options, problems: problems)
  }

  /// What was salvaged from damaged files; nil for a file from which nothing was.
  convenience init(salvaged files: [(file: V1File, metadata: V1Metadata)?], paths: [String]) {
    self.init(files, paths: paths, options: ReadOptions(), problems: [])
  }

  private init(
    _ found: [(file: V1File, metadata: V1Metadata)?], paths: [String], options: ReadOptions, problems: [SourceProblem]
  ) {
    var problems = problems
    var listing = V1Listing(paths: paths)
    for (number, file) in found.enumerated() {
      if let file { listing.add(file.metadata, file: number) }
    }
    let tables = found.map { $0?.file }
    let places = tables.map { $0.map(Places.init) }
    listing.finish { file, key in places[file]?.find(key) }
    for (number, place) in places.enumerated() {
      let orphans = place?.keys.filter { !listing.keys[number].contains($0) } ?? []
      for key in orphans.map(\.bytes).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        let error = CheckpointError(.entry(.orphan(key: key)), file: paths[number], offset: place?.find(key)?.offset)
        problems.append(SourceProblem(tensor: nil, error: error, severity: .note))
      }
    }
    self.options = options
    self.tables = tables
    self.problems = problems + listing.problems
    files = zip(paths, found).map { path, file in
      guard let file else { return SourceFile(path: path, byteCount: FileStatus(path: path)?.byteCount) }
      return SourceFile(file.file.table.file)
    }
    descriptors = listing.tensors.map(\.descriptor)
    tensors = listing.tensors.map { ($0.name, $0.content) }
  }

  /// The format in words.
  package var format: String { "TensorFlow V1 checkpoint" }

  /// Always empty: V1 checkpoints store no metadata.
  package var metadata: [String: String] { [:] }

  package func setReadObserver(_ observer: (any ReadObserver)?) {
    for file in tables { file?.table.file.setObserver(observer) }
  }

  /// The number of files of the set, missing ones included.
  package var shardCount: Int { files.count }

  /// Where the records of one file are, found without reading or verifying values.
  private struct Places {
    private var records: [ByteString: EntryLocation] = [:]
    private let table: TableReader

    init(_ file: V1File) {
      table = file.table
      for block in table.dataBlocks {
        // A damaged block is reported when it is read.
        guard let located = try? table.locateEntries(of: block.handle) else { continue }
        for entry in located { records[ByteString(entry.key)] = entry }
      }
    }

    var keys: some Sequence<ByteString> { records.keys }

    func find(_ key: [UInt8]) -> (offset: Int, byteCount: Int)? {
      if let record = records[ByteString(key)] { return (record.valueOffset, record.valueByteCount) }
      // In a compressed block, there is no better place than the start of the block.
      return table.dataBlockIndex(for: key).map { (table.dataBlocks[$0].handle.offset, 0) }
    }
  }
}
