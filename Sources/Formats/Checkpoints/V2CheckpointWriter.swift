internal import Bytes
package import Files
package import Messages
internal import SSTable
package import Tensors

/// Writes a V2 checkpoint: the same bytes that TensorFlow's own writer would write for these tensors in this order.
///
/// Tensors are in the data files in the order of their declaration, without gaps. A bundle has no place for metadata.
/// No `checkpoint` file is written: TensorFlow loads by the prefix, and that file would claim to name the newest
/// checkpoint of the directory.
/// - Source: TensorFlow `core/util/tensor_bundle/tensor_bundle.cc`, `BundleWriter`.
package final class V2CheckpointWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words, as `V2Checkpoint` has it.
  package let format = "TensorFlow V2 checkpoint"
  /// The data files, then the index.
  package var files: [SinkFile] { zip(output.paths, output.temporaryPaths).map(SinkFile.init) }
  /// Always false: V2 checkpoints store no metadata.
  package let keepsMetadata = false

  private let prefix: String
  private let shardCount: Int
  private let output: OutputFileSet
  private var descriptors: [TensorDescriptor] = []
  private var plan = ShardPlan([], shardCount: 1)
  /// Name and encoded entry of each finished tensor.
  private var entries: [(key: [UInt8], value: [UInt8])] = []
  /// The shard that is being written, its length, and the offset up to which the system has been asked to write it to the disk.
  private var shard = 0
  private var shardByteCount = 0
  private var startedByteCount = 0
  /// The progress of the tensor whose turn it is.
  private var written = 0
  private var checksum = CRC32C()

  private static let startedStep = 1 << 23

  /// The largest number of data files.
  package static let maximumShardCount = 10_000

  /// Chooses temporary names beside the final ones; no file is created yet.
  ///
  /// - Parameters:
  ///   - prefix: the path of the files up to `.index` and `.data-…`.
  ///   - shardCount: how many data files there will be, from 1 to `maximumShardCount`.
  ///   - replacesExisting: whether files with that prefix may be replaced.
  ///   - permissions: who may do what with the files, from the moment they are created.
  /// - Throws: `FileError` if one of the files exists and is not to be replaced.
  package init(
    prefix: String, shardCount: Int = 1, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws {
    precondition(
      (1...Self.maximumShardCount).contains(shardCount), "a bundle has 1 to \(Self.maximumShardCount) shards")
    self.prefix = prefix
    self.shardCount = shardCount
    output = try OutputFileSet(
      prefix: prefix, suffixes: Self.suffixes(shardCount: shardCount), replacesExisting: replacesExisting,
      permissions: permissions)
  }

  /// What follows the prefix in the names of the files, the index last.
  package static func suffixes(shardCount: Int) -> [String] {
    (0..<shardCount).map { ShardFiles.suffix($0, of: shardCount) } + [".index"]
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why a V2 checkpoint cannot store a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    if descriptor.dtype.byteCount == nil, descriptor.dtype != .string {
      return "\(descriptor.dtype) has no plain values; leave the tensor out with --drop"
    }
    return NameRefusal.ofBundle(descriptor.name)
  }

  /// Checks all tensors and decides which data file each goes to. Metadata is dropped.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(descriptors.isEmpty && entries.isEmpty, "a checkpoint begins once")
    try refuse(contents.descriptors, file: prefix)
    descriptors = contents.descriptors
    plan = ShardPlan(descriptors, shardCount: shardCount)
    try output.create(0)
    return self
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    try passCompleteTensors()
    precondition(entries.count < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[entries.count]
    guard let byteCount = descriptor.shape.byteCount(of: descriptor.dtype) else {
      throw failure(.entry(.wrongKind(descriptor.dtype)), descriptor)
    }
    guard piece.byteCount <= byteCount - written else {
      throw failure(.writing(.moreThanDeclared(byteCount)), descriptor)
    }
    checksum.extend(by: piece)
    try append(piece)
    if written == byteCount { try endTensor(descriptor) }
  }

  /// Writes all lengths, a checksum of the lengths, then all bytes; see `V2Checkpoint` for what the checksums cover.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    try passCompleteTensors()
    precondition(entries.count < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[entries.count]
    guard descriptor.dtype == .string else {
      throw failure(.entry(.wrongKind(descriptor.dtype)), descriptor)
    }
    guard strings.count == descriptor.shape.elementCount else {
      throw failure(.data(.badValueCount(expected: descriptor.shape.elementCount, found: strings.count)), descriptor)
    }
    let head = StringTensorHead(strings)
    checksum = head.checksum
    try append(head.bytes.rawSpan)
    for string in strings {
      checksum.extend(by: string.rawSpan)
      try append(string.rawSpan)
    }
    try endTensor(descriptor)
  }

  /// Writes the index.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try passCompleteTensors()
    guard entries.count == descriptors.count else {
      let descriptor = descriptors[entries.count]
      throw failure(.writing(.lessThanDeclared(descriptor.byteCount, written: written)), descriptor)
    }
    try moveOn(toShard: shardCount - 1)
    let table = TableWriter(output: IndexOutput(files: output, index: shardCount))
    try table.add([], value: BundleHeader(shardCount: shardCount).encoded.rawSpan)
    for entry in entries.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      try table.add(entry.key, value: entry.value.rawSpan)
    }
    try table.finish()
    return self
  }

  /// The prefix of the files until they are committed; it opens like any other.
  package var temporaryPath: String { output.temporaryPrefix }

  /// Makes the files durable and gives them their names, the index last.
  ///
  /// Data files of an earlier checkpoint with the same prefix but other names no longer belong to anything, and are removed.
  package func commit() throws {
    try output.commit(removing: Directory(prefix.directoryPart).dataFiles(ofPrefix: prefix, except: output.paths))
  }

  private func failure(_ reason: CheckpointDefect, _ descriptor: TensorDescriptor) -> CheckpointError {
    CheckpointError(reason, file: prefix, tensor: descriptor.name)
  }

  private func append(_ bytes: RawSpan) throws {
    try moveOn(toShard: plan.shards[entries.count])
    try output.write(bytes, at: shardByteCount, of: shard)
    shardByteCount += bytes.byteCount
    written += bytes.byteCount
    // Lets the disk work while the rest is still being read.
    if shardByteCount - startedByteCount >= Self.startedStep {
      output.startWriting(startedByteCount..<shardByteCount, of: shard)
      startedByteCount = shardByteCount
    }
  }

  /// Ends the shards before `next`; shards without tensors become empty files.
  private func moveOn(toShard next: Int) throws {
    while shard < next {
      try output.close(shard)
      shard += 1
      shardByteCount = 0
      startedByteCount = 0
      try output.create(shard)
    }
  }

  private func endTensor(_ descriptor: TensorDescriptor) throws {
    let entry = BundleEntry(
      dtype: descriptor.dtype, shape: descriptor.shape, shard: plan.shards[entries.count],
      // An empty tensor may be the first in a shard that has not begun yet.
      offset: plan.shards[entries.count] == shard ? shardByteCount - written : 0, byteCount: written,
      maskedChecksum: checksum.masked)
    entries.append((Array(descriptor.name.utf8), entry.encoded))
    written = 0
    checksum = CRC32C()
  }

  /// Ends tensors without elements, for which `write` is not called.
  private func passCompleteTensors() throws {
    while entries.count < descriptors.count, descriptors[entries.count].shape.elementCount == 0,
      descriptors[entries.count].dtype != .string
    {
      try endTensor(descriptors[entries.count])
    }
  }
}

/// One file of a set, as a table's output.
final class IndexOutput: TableOutput {
  private let files: OutputFileSet
  private let index: Int

  init(files: OutputFileSet, index: Int) {
    self.files = files
    self.index = index
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
    try files.write(bytes, at: offset, of: index)
  }
}
