internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a index of shards.
package enum ShardIndex {
  /// Opens a index of shards.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.shardIndex(.unwritten), file: path)
  }
}
