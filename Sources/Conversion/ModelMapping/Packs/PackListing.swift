internal import Tensors

/// The tensors of a file, to be looked up by names that a pack spells out.
struct PackListing {
  /// The names that begin with the prefix, whole, as weight paths.
  let names: [String]
  /// What precedes the model's names in the file.
  let prefix: String
  /// The shapes by what follows the prefix.
  private var shapes: [NameHash: Shape] = [:]

  /// Lists tensors.
  ///
  /// - Parameters:
  ///   - names: the weight paths of all tensors.
  ///   - descriptors: the tensors, in the same order.
  ///   - prefix: what precedes the model's names in the file.
  init(_ names: [String], _ descriptors: [TensorDescriptor], prefix: String) {
    self.prefix = prefix
    self.names = prefix.isEmpty ? names : names.filter { $0.hasPrefix(prefix) }
    shapes.reserveCapacity(self.names.count)
    for (name, descriptor) in zip(names, descriptors) where prefix.isEmpty || name.hasPrefix(prefix) {
      shapes[NameHash(Substring(name.utf8.dropFirst(prefix.utf8.count)))] = descriptor.shape
    }
  }

  /// The shape of the tensor with a name; nil if there is none.
  subscript(name: NameHash) -> Shape? { shapes[name] }
}
