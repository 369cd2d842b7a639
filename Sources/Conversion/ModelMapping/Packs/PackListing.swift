internal import Tensors

/// The tensors of a file, to be looked up by names that a pack spells out.
struct PackListing {
  /// The names that begin with the prefix, whole, as weight paths.
  let names: [String]
  /// What precedes the model's names in the file.
  let prefix: String
  /// The indices of the tensors by what follows the prefix.
  private var places: [NameHash: Int] = [:]
  private let descriptors: [TensorDescriptor]

  /// Lists tensors.
  ///
  /// - Parameters:
  ///   - names: the weight paths of all tensors.
  ///   - descriptors: the tensors, in the same order.
  ///   - prefix: what precedes the model's names in the file.
  init(_ names: [String], _ descriptors: [TensorDescriptor], prefix: String) {
    self.prefix = prefix
    self.names = prefix.isEmpty ? names : names.filter { $0.hasPrefix(prefix) }
    self.descriptors = descriptors
    places.reserveCapacity(self.names.count)
    for (place, name) in names.enumerated() where prefix.isEmpty || name.hasPrefix(prefix) {
      places[NameHash(Substring(name.utf8.dropFirst(prefix.utf8.count)))] = place
    }
  }

  /// The place of the tensor with a name; nil if there is none.
  subscript(name: NameHash) -> Int? { places[name] }

  /// The number of axes of the tensor at a place.
  func rank(at place: Int) -> Int { descriptors[place].shape.rank }

  /// The shape of the tensor at a place.
  func shape(at place: Int) -> Shape { descriptors[place].shape }
}
