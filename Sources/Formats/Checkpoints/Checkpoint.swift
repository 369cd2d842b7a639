internal import SSTable
package import Tensors

/// A checkpoint of either version, found from whatever path was given.
package struct Checkpoint: Sendable {
  /// The files that the path refers to.
  package let path: CheckpointPath
  /// The tensors.
  package let source: any TensorSource
  /// Which format it is.
  package let version: CheckpointVersion
  /// The number of data files (V2) or files (V1) that the set should have.
  package let shardCount: Int

  /// Finds and opens a checkpoint. Reads the list of tensors, but no data.
  ///
  /// - Parameters:
  ///   - path: a file, a directory, a prefix or a pattern; see `CheckpointPath.resolve`.
  ///   - options: whether checksums are compared.
  /// - Returns: the open checkpoint.
  /// - Throws: `CheckpointError`.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws(CheckpointError) -> Checkpoint {
    try open(CheckpointPath.resolve(path), options: options)
  }

  /// Opens a checkpoint that was already found. Reads the list of tensors, but no data.
  ///
  /// - Parameters:
  ///   - path: what `CheckpointPath.resolve` returned.
  ///   - options: whether checksums are compared.
  /// - Returns: the open checkpoint.
  /// - Throws: `CheckpointError`.
  package static func open(
    _ path: CheckpointPath, options: ReadOptions = ReadOptions()
  ) throws(CheckpointError) -> Checkpoint {
    switch path.kind {
    case .v1(let files):
      let source = try V1Checkpoint(paths: files, options: options)
      return Checkpoint(path: path, source: source, version: .v1, shardCount: source.shardCount)
    case .v2(let prefix):
      let source = try V2Checkpoint(prefix: prefix, options: options)
      return Checkpoint(path: path, source: source, version: .v2, shardCount: source.shardCount)
    }
  }
}
