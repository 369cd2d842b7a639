/// Which of its names a tensor of an object-based checkpoint is shown under.
public enum ObjectNaming: String, CaseIterable, Sendable {
  /// The key in the checkpoint, such as `model/layer-1/kernel/.ATTRIBUTES/VARIABLE_VALUE`.
  case keys
  /// The way through the objects, such as `model/layer-1/kernel`.
  case paths
  /// The name that the variable had in the program, such as `dense/kernel`; the path if it had none.
  case fullNames = "full-names"
}
