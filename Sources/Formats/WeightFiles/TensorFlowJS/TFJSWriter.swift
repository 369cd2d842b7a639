internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a TensorFlow.js model: `model.json` with a list of weights, and shards of 4 MiB beside it, as tensorflowjs
/// writes them.
///
/// Without the network of a source, the file has no layers: `tf.io.loadWeights` and tensorflowjs' `read_weights` open
/// it, and `loadLayersModel` does not. Metadata is in `userDefinedMetadata`. Tensors follow in the order of their
/// declaration. TensorFlow.js has float16 only as a form of float32, so those tensors are float32 for it, and a note in
/// the metadata restores their dtype.
/// - Source: tensorflowjs 4.22 `write_weights.py`; tfjs `io/io_utils.ts`, which says which dtypes are loaded.
package final class TFJSWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = TFJSFile.format
  /// The shards, and last the list; before the tensors are known, the list alone.
  package private(set) var files: [SinkFile]
  private let path: String
  private let model: TFJSModel?
  private let replacesExisting: Bool
  private let permissions: OutputPermissions
  private var output: OutputFileSet?
  private var turns: TensorTurns
  private var metadata: [String: String] = [:]
  private var shardNames: [String] = []
  /// The bytes of all tensors that were written.
  private var totalWritten = 0

  static let shardByteCount = TFJSShards.usualByteCount

  /// Checks that the list can be created; the files are created when the tensors are known.
  ///
  /// - Parameters:
  ///   - path: the path that the list will have.
  ///   - model: the network of the source, if its weights are written under the names that it has for them.
  ///   - replacesExisting: whether a file at `path` may be replaced.
  ///   - permissions: who may do what with the files.
  /// - Throws: `FileError` if `path` exists and is not to be replaced.
  package init(
    path: String, model: TFJSModel? = nil, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws {
    self.path = path
    self.model = model
    self.replacesExisting = replacesExisting
    self.permissions = permissions
    turns = TensorTurns(path: path)
    try OutputFile.check(path, replacesExisting: replacesExisting)
    files = [SinkFile(path: path, temporaryPath: path)]
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// What other programs see in place of a tensor; see `TensorSink`.
  package func substitute(for descriptor: TensorDescriptor) -> Message? {
    descriptor.dtype == .float16 ? "\(DType.float32) of the same values" : nil
  }

  /// Why TensorFlow.js cannot hold a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    switch descriptor.dtype {
    case .float32, .float16, .int32, .bool, .complex64, .string: nil
    default: "TensorFlow.js has no dtype for \(descriptor.dtype); leave the tensor out with --drop"
    }
  }

  /// Creates the files.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    let descriptors = contents.descriptors
    turns.begin(descriptors)
    try refuse(descriptors, file: path)
    metadata = contents.metadata
    let byteCount = try descriptors.reduce(0) { try $0 + Self.storedByteCount($1, contents) }
    let count = (byteCount + Self.shardByteCount - 1) / Self.shardByteCount
    shardNames = (0..<count).map { shardName($0, of: count) }
    let directory = path.directoryPart
    let output = try OutputFileSet(
      prefix: path, suffixes: shardNames.map { ".\($0)" } + [".json"],
      paths: shardNames.map { directory.joined($0) } + [path], replacesExisting: replacesExisting,
      permissions: permissions)
    self.output = output
    files = zip(output.paths, output.temporaryPaths).map(SinkFile.init)
    for index in files.indices { try output.create(index) }
    return self
  }

  /// The bytes of a tensor in the shards.
  private static func storedByteCount(_ descriptor: TensorDescriptor, _ contents: SinkContents) throws -> Int {
    guard descriptor.dtype == .string else { return descriptor.byteCount }
    return try contents.strings(descriptor).reduce(0) { $0 + TFJSStrings.lengthByteCount + $1.count }
  }

  /// As tensorflowjs names shards. Models with other names may lie in one directory, so theirs begin with the model's
  /// name.
  private func shardName(_ index: Int, of count: Int) -> String {
    let name = path.lastPart
    let stem = name.hasSuffix(".json") ? String(name.dropLast(5)) : name
    return (stem == "model" ? "" : "\(stem)-") + "group1-shard\(index + 1)of\(count).bin"
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    guard try turns.take(piece) != nil else { return }
    try append(piece)
  }

  /// Writes the length of each string, and its bytes.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    let descriptor = turns.descriptors[try turns.takeStrings()]
    guard strings.count == descriptor.shape.elementCount else {
      throw WeightFileError(
        .refused("the shape \(descriptor.shape) does not fit its \(strings.count.counted("string"))"), file: path,
        tensor: descriptor.name)
    }
    for string in strings {
      guard let length = UInt32(exactly: string.count) else {
        throw WeightFileError(.refused("a string has more than 4 GiB"), file: path, tensor: descriptor.name)
      }
      var head: [UInt8] = []
      head.append32(length)
      try append(head.rawSpan)
      try append(string.rawSpan)
    }
  }

  /// Writes bytes to the shards, of which each but the last has the same length.
  private func append(_ bytes: RawSpan) throws {
    var done = 0
    while done < bytes.byteCount {
      let (shard, offset) = totalWritten.quotientAndRemainder(dividingBy: Self.shardByteCount)
      guard shard < shardNames.count else {
        throw WeightFileError(.tooManyBytes(declared: totalWritten), file: path)
      }
      let count = min(bytes.byteCount - done, Self.shardByteCount - offset)
      try output?.write(bytes.extracting(done..<done + count), at: offset, of: shard)
      done += count
      totalWritten += count
      if offset + count == Self.shardByteCount {
        output?.startWriting(0..<Self.shardByteCount, of: shard)
        try output?.close(shard)
      }
    }
  }

  /// Writes the list.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try turns.requireAll()
    let text = list(metadata ?? self.metadata, try model?.texts() ?? [])
    try output?.write(Array(text.utf8).rawSpan, at: 0, of: shardNames.count)
    return self
  }

  private func list(_ metadata: [String: String], _ members: [(key: String, value: String)]) -> String {
    // tensorflowjs' reader skips bytes after a tensor without strings, so nothing may follow one.
    let descriptors = turns.descriptors
    let withoutStrings = descriptors.filter(isWithoutStrings)
    let weights = (descriptors.filter { !isWithoutStrings($0) } + withoutStrings).map { descriptor in
      let isHalf = descriptor.dtype == .float16
      let form = (key: "quantization", value: JSONText.object([("dtype", JSONText.string(DType.float16.name))]))
      return JSONText.object(
        [
          ("name", JSONText.string(descriptor.name)),
          ("shape", "[\(descriptor.shape.dimensions.map(String.init).joined(separator: ","))]"),
          ("dtype", JSONText.string((isHalf ? .float32 : descriptor.dtype).name)),
        ] + (isHalf ? [form] : []))
    }
    let group = JSONText.object([
      ("paths", JSONText.array(shardNames)), ("weights", "[\(weights.joined(separator: ",\n"))]"),
    ])
    let halves = descriptors.filter { $0.dtype == .float16 }.map { ($0.name, JSONText.string($0.dtype.name)) }
    var metadata = metadata
    if !halves.isEmpty { metadata[TFJSManifest.dtypesKey] = JSONText.object(halves) }
    let sorted = metadata.sorted { $0.key.precedesInBytes($1.key) }
    let own = JSONText.object(sorted.map { ($0.key, JSONText.string($0.value)) })
    return JSONText.object(members + [(TFJSManifest.metadataKey, own), (TFJSManifest.key, "[\(group)]")]) + "\n"
  }

  private func isWithoutStrings(_ descriptor: TensorDescriptor) -> Bool {
    descriptor.dtype == .string && descriptor.shape.elementCount == 0
  }

  /// Where the list is until it is committed.
  package var temporaryPath: String { files.last?.temporaryPath ?? path }

  /// Makes the files durable and gives them their names, the list last.
  package func commit() throws {
    guard let output else { preconditionFailure("only a model that has begun is committed") }
    try output.commit()
  }
}
