internal import Checkpoints

extension TensorFile {
  /// The `.meta` file that was saved with a checkpoint, or nil if the path means no checkpoint or there is none.
  public static func metaPath(of path: String) -> String? {
    (try? CheckpointPath.resolve(path))?.metaPath
  }

  /// The `saved_model.pb` whose variables a path means, or nil if there is none.
  public static func savedModelPath(of path: String) -> String? {
    (try? CheckpointPath.resolve(path))?.savedModelPath
  }
}
