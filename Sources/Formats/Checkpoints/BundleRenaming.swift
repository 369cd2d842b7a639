internal import Bytes
internal import Files
internal import Messages
internal import ProtobufWire
internal import SSTable
internal import Tensors

/// Gives a V2 checkpoint's tensors other names without touching their data.
///
/// Only the index has names, so a new index is written, and the data files get another name (a hard link), or are copied
/// if the file system does not support that. Slices move with the tensor that they belong to. The one tensor that holds names is
/// the object graph of TensorFlow 2: if a key in it changes, the new graph goes into a data file of its own after the others.
package struct BundleRenaming: Sendable {
  /// How the files of the new checkpoint were made.
  package struct Outcome: Sendable, Equatable {
    /// The files of the new checkpoint that are hard links to the old one's.
    package var linked: [String] = []
    /// The files that are copies.
    package var copied: [String] = []
    /// The index, and the data file of a changed object graph.
    package var written: [String] = []
    /// The total size of the files that were written or copied.
    package var byteCount = 0
  }

  /// Whether data is copied even if it could be shared.
  package var copiesData = false
  /// Whether existing files are replaced.
  package var replacesExisting = false

  /// By default, shares data and replaces nothing.
  package init(copiesData: Bool = false, replacesExisting: Bool = false) {
    self.copiesData = copiesData
    self.replacesExisting = replacesExisting
  }

  private static let pieceByteCount = 1 << 20
  private static let failingDisk: Message =
    "the disk or the memory may be failing, so try another disk, and check this one"

  /// Writes the checkpoint with other names.
  ///
  /// - Parameters:
  ///   - source: the checkpoint. A damaged one is not renamed.
  ///   - prefix: the path of the new files up to `.index` and `.data-…`.
  ///   - newName: the new name of each tensor; no two may be the same. A name that is not UTF-8 is passed in escaped, and keeps its
  ///     bytes if it does not change.
  /// - Returns: how the files were made.
  /// - Throws: `CheckpointError` for a damaged source and for names that a checkpoint cannot have, or `FileError`; no files remain then.
  package func write(_ source: V2Checkpoint, to prefix: String, _ newName: (String) -> String) throws -> Outcome {
    // TensorFlow finds the object graph by its name.
    func target(of name: String) -> String { name == ObjectGraphKeys.tensorName ? name : newName(name) }
    if let problem = source.problems.first(where: { $0.severity != .note }) { throw problem.error }
    func rename(_ name: [UInt8]) -> [UInt8] {
      let text = String(escapingInvalidUTF8: name)
      let renamed = target(of: text)
      return renamed.equalsInBytes(text) ? name : Array(renamed.utf8)
    }
    var entries = try renamedEntries(source, prefix: prefix, rename)
    let graph = try renamedGraph(source, rename)
    let shardCount = source.shardCount + (graph == nil ? 0 : 1)
    let output = try OutputFileSet(
      prefix: prefix, suffixes: V2CheckpointWriter.suffixes(shardCount: shardCount), replacesExisting: replacesExisting,
      permissions: OutputPermissions(notWiderThan: source.files.compactMap(\.state)))
    var outcome = Outcome()
    for shard in 0..<source.shardCount where FileStatus(path: source.shards.path(shard)) != nil {
      try share(source.shards.path(shard), as: shard, of: output, &outcome)
    }
    if let graph {
      let head = StringTensorHead([graph], isBigEndian: source.header.isBigEndian)
      var checksum = head.checksum
      checksum.extend(by: graph.rawSpan)
      try output.write((head.bytes + graph).rawSpan, at: 0, of: source.shardCount)
      let entry = BundleEntry(
        dtype: .string, shape: .scalar, shard: source.shardCount, offset: 0,
        byteCount: head.bytes.count + graph.count, maskedChecksum: checksum.masked)
      entries[Array(ObjectGraphKeys.tensorName.utf8)] = entry.encoded
      entries[[]] = BundleHeader(shardCount: shardCount, isBigEndian: source.header.isBigEndian).encoded
      outcome.written.append(output.paths[source.shardCount])
      outcome.byteCount += entry.byteCount
    }
    let table = TableWriter(output: IndexOutput(files: output, index: shardCount))
    for (key, value) in entries.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      try table.add(key, value: value.rawSpan)
    }
    outcome.byteCount += try table.finish()
    outcome.written.append(output.paths[shardCount])
    try check(output.temporaryPrefix, against: source, prefix: prefix, target)
    try source.files.requireUnchanged()
    try output.commit(removing: Directory(prefix.directoryPart).dataFiles(ofPrefix: prefix, except: output.paths))
    return outcome
  }

  /// All entries of the index by their new keys; the empty key has the header.
  private func renamedEntries(
    _ source: V2Checkpoint, prefix: String, _ rename: ([UInt8]) -> [UInt8]
  ) throws -> [[UInt8]: [UInt8]] {
    let table = try TableReader(path: source.prefix + ".index", verifiesChecksums: source.options.verifiesChecksums)
    var entries: [[UInt8]: [UInt8]] = [:]
    var cursor = table.makeCursor()
    while try cursor.next(), let entry = cursor.entry {
      var key = entry.key
      if key.first == 0 {
        // An entry that does not belong to any tensor would be useless under any name.
        guard let (name, slice) = TensorSlice.decode(key: key) else { continue }
        key = slice.key(ofTensor: rename(name))
      } else if !key.isEmpty {
        key = rename(key)
        let text = String(escapingInvalidUTF8: key)
        if let refusal = NameRefusal.ofBundle(text) {
          throw CheckpointError(.writing(.refused(refusal)), file: prefix, tensor: text)
        }
      }
      guard entries.updateValue([UInt8](entry.valueBytes), forKey: key) == nil else {
        throw CheckpointError(.entry(.duplicate), file: prefix, tensor: String(escapingInvalidUTF8: key))
      }
    }
    return entries
  }

  /// The object graph with new keys; nil if there is none, or none of its keys changes.
  private func renamedGraph(_ source: V2Checkpoint, _ rename: ([UInt8]) -> [UInt8]) throws -> [UInt8]? {
    guard let descriptor = source.descriptor(named: ObjectGraphKeys.tensorName), descriptor.dtype == .string,
      let graph = try source.readStrings(descriptor).first
    else { return nil }
    do {
      let renamed = try ObjectGraphKeys.rename(graph, rename)
      return renamed == graph ? nil : renamed
    } catch {
      throw CheckpointError(
        .message("object graph", error.reason), file: source.prefix + ".index", tensor: descriptor.name)
    }
  }

  private func share(_ path: String, as shard: Int, of output: OutputFileSet, _ outcome: inout Outcome) throws {
    if !copiesData, output.link(path, as: shard) {
      outcome.linked.append(output.paths[shard])
      return
    }
    let file = try InputFile(path: path)
    var buffer: [UInt8] = []
    var offset = 0
    try output.create(shard)
    while offset < file.byteCount {
      let count = min(Self.pieceByteCount, file.byteCount - offset)
      try file.read(at: offset, count: count, into: &buffer)
      try output.write(buffer.rawSpan.extracting(first: count), at: offset, of: shard)
      offset += count
    }
    try output.close(shard)
    outcome.copied.append(output.paths[shard])
    outcome.byteCount += offset
  }

  /// Opens what was written, as any reader would, and compares the lists of tensors.
  private func check(
    _ temporaryPrefix: String, against source: V2Checkpoint, prefix: String, _ newName: (String) -> String
  ) throws {
    let back = try V2Checkpoint(prefix: temporaryPrefix, options: source.options)
    if let problem = back.problems.first(where: { $0.severity != .note }) { throw problem.error }
    var expected = source.descriptors
    for index in expected.indices { expected[index].name = newName(expected[index].name) }
    expected.sort { $0.name.precedesInBytes($1.name) }
    for (found, expected) in zip(back.descriptors, expected)
    where !found.name.equalsInBytes(expected.name) || found.dtype != expected.dtype || found.shape != expected.shape {
      throw CheckpointError(
        .writing(.refused("when it was read back, it differed from what was intended; \(Self.failingDisk)")),
        file: prefix, tensor: expected.name)
    }
    guard back.descriptors.count == expected.count else {
      throw CheckpointError(
        .writing(.refused("when it was read back, it had different tensors from those intended; \(Self.failingDisk)")),
        file: prefix)
    }
  }
}
