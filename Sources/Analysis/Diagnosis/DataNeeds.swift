internal import Bytes
internal import Checkpoints
internal import Messages
internal import Tensors

/// What an index says about its data files: how many there are, and the minimum length of each.
struct DataNeeds {
  /// The number of data files.
  let shardCount: Int
  /// Bytes that each data file needs, by its number; only files with tensors.
  ///
  /// TensorFlow writes nothing after the last tensor, so a file from another save is almost always longer or shorter, unless
  /// both are saves of one model.
  let byteCounts: [Int: Int]
  /// Whether files need exactly that much; they may need more if variables are stored in slices, because their places
  /// are unknown.
  let isExact: Bool

  /// Reads an index; nil if it cannot be read.
  init?(index path: String, prefix: String) {
    guard let source = try? V2Checkpoint(indexPath: path, prefix: prefix) else { return nil }
    self.init(source)
  }

  /// The needs of an open checkpoint.
  init(_ source: V2Checkpoint) {
    shardCount = source.shardCount
    var byteCounts: [Int: Int] = [:]
    for descriptor in source.descriptors {
      guard let location = descriptor.location, source.files.indices.contains(location.file),
        let shard = ShardName(source.files[location.file].path, marker: ".data-")?.shard,
        let end = location.offset.addingChecked(descriptor.byteCount)
      else { continue }
      byteCounts[shard] = max(byteCounts[shard] ?? 0, end)
    }
    // The descriptor of a variable in slices does not say where it ends, but the problem of a shard that is too short
    // says how many bytes it needs.
    for problem in source.problems {
      guard let error = problem.error as? CheckpointError, case .shard(.tooShort(let needed, _, _)) = error.reason,
        let file = error.file, let shard = ShardName(file, marker: ".data-")?.shard
      else { continue }
      byteCounts[shard] = needed
    }
    let hasSlices = source.descriptors.contains { $0.sliceCount > 1 }
    if hasSlices, shardCount == 1 {
      // There is only one file, which is at least as long as all variables together.
      let total = source.descriptors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
      byteCounts[0] = max(byteCounts[0] ?? 0, total)
    }
    self.byteCounts = byteCounts
    isExact = !hasSlices || shardCount == 1
  }

  /// Whether every required data file exists, with exactly the required length.
  func fits(_ files: [ExaminedFile]) -> Bool {
    guard !byteCounts.isEmpty else { return false }
    return byteCounts.allSatisfy { shard, byteCount in
      files.contains { file in
        (isExact ? file.byteCount == byteCount : (file.byteCount ?? 0) >= byteCount)
          && file.shardName.map { $0.shard == shard && $0.count == shardCount } == true
      }
    }
  }
}
