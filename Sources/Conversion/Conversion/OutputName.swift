internal import ModelMapping
internal import Tensors

/// Names in TensorFlow's checkpoints for tensors that come from elsewhere.
enum OutputName {
  /// Shows the tensors under names that TensorFlow's `Saver` looks for: without the number of an output, as in `dense/kernel:0`.
  ///
  /// Keras, and programs that save under `variable.name`, keep the name of the tensor that a variable returns; a
  /// `Saver` looks for the name of the variable. If a checkpoint has such names, they stay in another checkpoint,
  /// because a program saved under them.
  ///
  /// - Parameters:
  ///   - source: the tensors under the names that the output would have.
  ///   - origin: the source that is converted.
  /// - Returns: the source itself if no name changes.
  /// - Throws: `NameCollision` if two tensors would get the same name.
  static func forTensorFlow(_ source: any TensorSource, from origin: any TensorSource) throws -> any TensorSource {
    var changes = false
    let tensors = source.descriptors.map { descriptor in
      var name = descriptor.name
      if let bare = withoutOutput(name), !(origin.isCheckpoint && origin.descriptor(named: name) != nil) {
        name = bare
        changes = true
      }
      return (name, TensorExpression.stored(descriptor.name))
    }
    return changes ? try DerivedSource(source, tensors: tensors) : source
  }

  /// A name without `:` and digits at its end; nil if it has none, or nothing before them.
  static func withoutOutput(_ name: String) -> String? {
    let bytes = name.utf8
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex else { return nil }
    let digits = bytes[bytes.index(after: colon)...]
    guard !digits.isEmpty, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    return String(name[..<colon])
  }
}
