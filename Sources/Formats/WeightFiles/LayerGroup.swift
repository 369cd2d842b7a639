/// A group of an HDF5 file that Keras treats as a layer, with the names of its weights as attributes.
///
/// Keras reads the names of layers from the root's attribute `layer_names`, and those of a layer's weights from the attribute
/// `weight_names` of its group; the group holds the datasets under these names.
/// - Source: `legacy_h5_format.py` of Keras 3.15; `hdf5_format.py` of TensorFlow 2.
public struct LayerGroup: Sendable, Equatable {
  /// A weight of the layer.
  package struct Weight: Sendable, Equatable {
    /// Its path within the group.
    package let name: String
    /// The name of the tensor in the file.
    package let tensor: String

    package init(name: String, tensor: String) {
      self.name = name
      self.tensor = tensor
    }
  }

  /// The group's name.
  public let name: String
  /// In Keras's order; weights that the file does not have are not listed.
  package let weights: [Weight]
  /// Whether the root lists the layer.
  public let isListed: Bool

  /// The weights in Keras's order, by their paths within the group.
  public var weightNames: [String] { weights.map(\.name) }

  /// A group whose weights have the group's name and a slash before theirs.
  public init(name: String, weightNames: [String], isListed: Bool = true) {
    self.init(
      name: name, weights: weightNames.map { Weight(name: $0, tensor: "\(name)/\($0)") }, isListed: isListed)
  }

  /// A group of any tensors.
  package init(name: String, weights: [Weight], isListed: Bool) {
    self.name = name
    self.weights = weights
    self.isListed = isListed
  }
}
