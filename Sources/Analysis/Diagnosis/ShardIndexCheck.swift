internal import Bytes
internal import Checkpoints
internal import Files
internal import Messages

/// Checks whether the files that an index of shards, such as `model.safetensors.index.json`, lists exist.
enum ShardIndexCheck {
  /// An index has a line for each tensor; a larger file is something else.
  private static let maximumByteCount = 1 << 26

  static func findings(_ file: ExaminedFile) -> [Finding] {
    guard KnownFile(name: file.fileName)?.kind == .shardIndex, let listed = try? shards(in: file.path) else {
      return []
    }
    let boundary = PathBoundary(directory: file.directory)
    let missing = listed.filter { name in boundary.path(named: name).map { FileStatus(path: $0) == nil } ?? true }
    guard !missing.isEmpty else { return [] }
    return [
      Finding(
        .missingShard, .error, files: [file.path],
        summary: "\(missing.count) of the \(listed.count) files that \(file.fileName) lists "
          + "\(missing.count.noun("is", "are")) missing.",
        explanation: "Missing: \(list: missing, upTo: 4). The tensors of the model are spread over all of them; "
          + "Decant reads those of the files that are there.",
        remedy: remedy)
    ]
  }

  static let remedy = Remedy("Copy them from the same source as the others, and keep their names.")

  /// The files of `weight_map`, each once, sorted.
  static func shards(in path: String) throws -> [String] {
    let file = try InputFile(path: path)
    guard file.byteCount <= maximumByteCount else { return [] }
    var reader = JSONReader(try file.read(at: 0, count: file.byteCount))
    var names: Set<String> = []
    try reader.readObject { reader, key in
      guard key == "weight_map" else { return try reader.skipValue() }
      try reader.readObject { reader, _ in names.insert(try reader.readString()) }
    }
    return names.sorted { $0.precedesInBytes($1) }
  }
}
