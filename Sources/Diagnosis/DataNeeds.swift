internal import Bytes
internal import Checkpoints
internal import Tensors

/// What an index says of its data files: how many there are and how long each must be at least.
struct DataNeeds {
  /// The number of data files.
  let shardCount: Int
  /// Bytes that each data file needs, by its number; only those that tensors are in.
  ///
  /// No writer of TensorFlow's puts anything behind the last tensor, so a file of another save is almost always longer or
  /// shorter, unless both are of one model.
  let byteCounts: [Int: Int]

  /// Reads an index; nil where it cannot be read.
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
    // The end of a variable in slices is not in its description, but a shard that is too short is a problem with a number.
    for problem in source.problems {
      guard let error = problem.error as? CheckpointError, case .shardTooShort(let needed, _, _) = error.reason,
        let shard = ShardName(error.file, marker: ".data-")?.shard
      else { continue }
      byteCounts[shard] = needed
    }
    self.byteCounts = byteCounts
  }

  /// Whether every data file that is needed is there with exactly the bytes needed.
  func fits(_ files: [ExaminedFile]) -> Bool {
    guard !byteCounts.isEmpty else { return false }
    return byteCounts.allSatisfy { shard, byteCount in
      files.contains { file in
        file.byteCount == byteCount && file.shardName.map { $0.shard == shard && $0.count == shardCount } == true
      }
    }
  }
}
