internal import Bytes
internal import Messages
internal import Tensors

/// Whether the object graph of a TensorFlow 2 checkpoint is converted with its tensors.
///
/// The graph is a string tensor that names the keys of all others; `tf.train.Checkpoint.restore` needs it. With other
/// names, or without some of the tensors, it would refer to keys that do not exist.
enum ObjectGraphRule {
  private static let tensorName = "_CHECKPOINTABLE_OBJECT_GRAPH"
  /// What is in the middle of every key that a graph names.
  private static let keyMarker = "/.ATTRIBUTES/"

  static func isGraph(_ descriptor: TensorDescriptor) -> Bool {
    descriptor.dtype == .string && descriptor.name.equalsInBytes(tensorName)
  }

  /// Why the graph does not fit the output; nil if it does.
  static func reasonToLeaveOut(_ tensors: [ConversionPlan.Tensor], skippedCount: Int) -> Message? {
    let others = tensors.filter { !isGraph($0.target) }
    let what: Message = "the object graph of a TensorFlow 2 checkpoint, not a variable; "
    guard others.contains(where: { $0.target.name.contains(keyMarker) }) else {
      return what + "it fits only the keys of the checkpoint"
    }
    if skippedCount > 0 { return what + "it does not fit when tensors are left out" }
    let isRenamed = others.contains { tensor in
      tensor.origins.count != 1 || !tensor.origins[0].name.equalsInBytes(tensor.target.name)
    }
    return isRenamed ? what + "it does not fit when names change" : nil
  }
}
