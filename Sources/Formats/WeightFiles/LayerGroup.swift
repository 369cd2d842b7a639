/// A group of an HDF5 file that Keras treats as a layer, with the names of its weights as attributes.
///
/// Keras reads the names of layers from the root's attribute `layer_names`, and those of a layer's weights from the attribute
/// `weight_names` of its group; the group holds the datasets under these names.
/// - Source: `legacy_h5_format.py` of Keras 3.15; `hdf5_format.py` of TensorFlow 2.
public struct LayerGroup: Sendable, Equatable {
  /// The group's name.
  public let name: String
  /// The weights in Keras' order, by their paths within the group; weights that the file does not have are not listed.
  public let weightNames: [String]
  /// Whether the root lists the layer.
  public let isListed: Bool

  /// A group.
  public init(name: String, weightNames: [String], isListed: Bool = true) {
    self.name = name
    self.weightNames = weightNames
    self.isListed = isListed
  }
}
