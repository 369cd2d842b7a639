internal import ModelMapping
package import Tensors

/// Names in TensorFlow's checkpoints for tensors that come from elsewhere.
package enum OutputName {
  /// Two sources that are compared: if only one of them is a checkpoint, the other under the names that a checkpoint has.
  package static func paired(
    _ left: any TensorSource, _ right: any TensorSource
  ) -> (left: any TensorSource, right: any TensorSource) {
    guard left.isCheckpoint != right.isCheckpoint else { return (left, right) }
    func bare(_ source: any TensorSource) -> any TensorSource { (try? forTensorFlow(source, from: source)) ?? source }
    return (left.isCheckpoint ? left : bare(left), right.isCheckpoint ? right : bare(right))
  }

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
  package static func forTensorFlow(_ source: any TensorSource, from origin: any TensorSource) throws
    -> any TensorSource
  {
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

  /// A model of Keras as its weights files have it: each weight in the group of its layer, under a name that begins with
  /// the layer's.
  static func forKeras(_ source: any TensorSource, _ layers: [KerasLayer]) throws -> any TensorSource {
    var paths: [String: String] = [:]
    for layer in layers {
      for weight in layer.weights { paths["\(layer.name)/\(weight)"] = layer.path(of: weight) }
    }
    return try DerivedSource(
      source, tensors: source.descriptors.map { (paths[$0.name] ?? $0.name, .stored($0.name)) })
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
