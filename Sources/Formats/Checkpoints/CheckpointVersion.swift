/// The two formats of TensorFlow's checkpoints.
public enum CheckpointVersion: String, Sendable {
  /// One table with all values in it; TensorFlow before 1.0 wrote it by default.
  case v1 = "V1"
  /// An index and data files ("tensor bundle").
  case v2 = "V2"
}
