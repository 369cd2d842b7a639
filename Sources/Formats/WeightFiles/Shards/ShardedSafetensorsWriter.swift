internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes safetensors files of limited size and their index, or one plain file if all tensors fit into it.
///
/// The files are `NAME-00001-of-00003.safetensors` and so on, and `NAME.safetensors.index.json`, as transformers expects them. They appear
/// together or not at all. Each has all of the metadata, but only the checksums of its own tensors (`ShardDigests`).
/// - Source: `huggingface_hub/serialization/_torch.py`, 2.4.
package final class ShardedSafetensorsWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = "safetensors"
  /// The shards, and last the index; empty before `begin`.
  package private(set) var files: [SinkFile] = []
  private let path: String
  private let maximumByteCount: Int
  private let replacesExisting: Bool
  private let permissions: OutputPermissions
  private var turns: TensorTurns
  private var shardOfTensor: [Int] = []
  private var output: OutputFileSet?
  private var shards: [Shard] = []

  /// Whoever reads a model keeps its shards open, and few systems let a program have more than 1024 open files.
  package static let maximumShardCount = 500

  /// One shard, whose file is suspended while none of its tensors is being written.
  private struct Shard {
    let body: SafetensorsBody
    /// The tensors that are not complete.
    var remainingCount: Int
  }

  /// One file of the set.
  private final class ShardOutput: SafetensorsOutput {
    let set: OutputFileSet
    let index: Int

    init(_ set: OutputFileSet, _ index: Int) {
      self.set = set
      self.index = index
    }

    func reserve(byteCount: Int) throws(FileError) { try set.reserve(byteCount: byteCount, of: index) }
    func write(_ bytes: RawSpan, at offset: Int) throws(FileError) { try set.write(bytes, at: offset, of: index) }
    func startWriting(_ range: Range<Int>) { set.startWriting(range, of: index) }
  }

  /// Checks the names that are known; nothing is created before the tensors are known.
  ///
  /// - Parameters:
  ///   - path: what the file would be called if there were only one.
  ///   - maximumByteCount: the most bytes of the tensors of one shard, at least 1.
  ///   - replacesExisting: whether existing files may be replaced.
  ///   - permissions: who may do what with the files.
  /// - Throws: `FileError` if `path` or the index exists and is not to be replaced.
  package init(
    path: String, maximumByteCount: Int, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws {
    precondition(maximumByteCount > 0, "a shard holds something")
    self.path = path
    self.maximumByteCount = maximumByteCount
    self.replacesExisting = replacesExisting
    self.permissions = permissions
    turns = TensorTurns(path: path)
    for path in Self.knownPaths(path) { try OutputFile.check(path, replacesExisting: replacesExisting) }
  }

  /// The files whose names do not depend on the tensors: the only file, or the index.
  package static func knownPaths(_ path: String) -> [String] { [path, names(of: path).index] }

  /// What precedes and follows the number of a shard, and the name of the index.
  private static func names(of path: String) -> (prefix: String, ending: String, index: String) {
    let name = path.lastPart
    let ending =
      name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : String(name[$0...]) } ?? ".safetensors"
    let prefix = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
    return (prefix, ending, "\(prefix)\(ending).index.json")
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { SafetensorsWriter.refusal(of: descriptor) }

  /// What other programs see in place of a tensor; see `TensorSink`.
  package func substitute(for descriptor: TensorDescriptor) -> Message? {
    SafetensorsDType.substitute(for: descriptor.dtype)
  }

  /// `format`; see `SafetensorsWriter`.
  package var requiredMetadata: [String: String] { SafetensorsWriter.requiredMetadata }

  /// Decides how many files there are, and writes their headers.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    let descriptors = contents.descriptors
    turns.begin(descriptors)
    try refuse(descriptors, file: path)
    let plan = SizedShards(descriptors, maximumByteCount: maximumByteCount)
    guard plan.count <= Self.maximumShardCount else {
      throw WeightFileError(
        .refused(
          "shards of \(maximumByteCount.counted("byte")) would be \(plan.count) files, but Decant writes at most "
            + "\(Self.maximumShardCount); use a larger --max-shard-size"), file: path)
    }
    shardOfTensor = plan.shardOfTensor
    let (prefix, ending, _) = Self.names(of: path)
    let suffixes =
      plan.count == 1
      ? [String(path.dropFirst(prefix.count))]
      : (1...plan.count).map { "-\(Self.padded($0))-of-\(Self.padded(plan.count))\(ending)" } + ["\(ending).index.json"]
    let output = try OutputFileSet(
      prefix: prefix, suffixes: suffixes, replacesExisting: replacesExisting, permissions: permissions)
    self.output = output
    files = zip(output.paths, output.temporaryPaths).map(SinkFile.init)
    let metadata = metadata(ofShards: contents.metadata)
    for number in 0..<plan.count { try beginShard(number, contents, metadata[number], output) }
    return self
  }

  /// What each shard says about itself.
  private func metadata(ofShards metadata: [String: String]) -> [[String: String]] {
    let shards = Dictionary(zip(turns.descriptors.map { ByteString($0.name) }, shardOfTensor)) { first, _ in first }
    return ShardDigests.parts(of: metadata, count: (shardOfTensor.max() ?? 0) + 1) { shards[ByteString($0)] }
  }

  private func beginShard(
    _ number: Int, _ contents: SinkContents, _ metadata: [String: String], _ output: OutputFileSet
  ) throws {
    var part = contents
    part.metadata = metadata
    part.descriptors = zip(turns.descriptors, shardOfTensor).filter { $0.1 == number }.map(\.0)
    let body = try SafetensorsBody(part, path: output.paths[number], output: ShardOutput(output, number))
    output.suspend(number)
    shards.append(Shard(body: body, remainingCount: part.descriptors.count))
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    guard let (tensor, _) = try turns.take(piece, pass: passTensor) else { return }
    try shards[shardOfTensor[tensor]].body.write(piece)
  }

  /// Skips a string tensor, whose elements are in the header.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    let tensor = try turns.takeStrings(pass: passTensor)
    try shards[shardOfTensor[tensor]].body.skipStrings()
    passTensor(tensor)
  }

  /// Suspends the file of a shard whose last tensor is complete.
  private func passTensor(_ tensor: Int) {
    let number = shardOfTensor[tensor]
    shards[number].remainingCount -= 1
    if shards[number].remainingCount == 0 { output?.suspend(number) }
  }

  /// The temporary path of a shard: it opens them all, as the index has names that do not exist yet.
  package func pathBeforeEnd() throws -> String? {
    try turns.requireAll(pass: passTensor)
    return temporaryPath
  }

  /// Ends the data, writes headers whose metadata changed again, and writes the index.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try turns.requireAll(pass: passTensor)
    let parts = metadata.map(self.metadata(ofShards:))
    for (number, shard) in shards.enumerated() {
      try shard.body.finish(metadata: parts?[number])
      try output?.close(number)
    }
    if shards.count > 1 { try output?.write(indexText().rawSpan, at: 0, of: shards.count) }
    return self
  }

  private func indexText() -> [UInt8] {
    let stored = zip(turns.descriptors, shardOfTensor).filter { $0.0.dtype != .string }
    let total = stored.reduce(0) { $0 + $1.0.byteCount }
    let lines = stored.map { descriptor, shard in
      "    \(JSONText.string(descriptor.name)): \(JSONText.string(files[shard].path.lastPart))"
    }
    let map = lines.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n  }"
    return Array("{\n  \"metadata\": {\n    \"total_size\": \(total)\n  },\n  \"weight_map\": \(map)\n}\n".utf8)
  }

  /// Where the first shard is until it is committed; it opens them all.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the files durable and gives them their names.
  ///
  /// Files of an earlier model of this name, which its index lists, go with it: transformers would prefer a plain file.
  package func commit() throws {
    guard let output else { preconditionFailure("a set is begun before it is committed") }
    try output.commit(removing: obsoletePaths())
  }

  private func obsoletePaths() -> [String] {
    guard replacesExisting else { return [] }
    let (_, _, indexPath) = Self.names(of: path)
    let directory = path.directoryPart
    let listed = (try? ShardIndex(path: indexPath))?.entries.map(\.shard) ?? []
    let own = Set(listed).filter { NumberedShard.indexNames(ofShard: $0).contains(indexPath.lastPart) }
    let earlier = [path, indexPath] + own.sorted().map { directory.joined($0) }
    let new = Set(files.map(\.path))
    return earlier.filter { !new.contains($0) && FileState(path: $0) != nil }
  }
}
