/// The place of a tensor among the weights of a Keras model.
///
/// Keras reads a weights file (`.h5`) by position: the first layer of the file belongs to the first layer of the model that has weights,
/// whatever their names are, and likewise for the weights of a layer.
/// - Source: Keras 2.15 `saving/legacy/hdf5_format.py`; Keras 3.15 `legacy/saving/legacy_h5_format.py`.
package struct KerasWeight: Sendable, Equatable, Codable {
  /// The name of the layer, or of one of the groups below.
  package let group: String
  /// What Keras calls the weight, such as `dense/kernel:0`.
  package let name: String
  /// Its place in the order of all weights of the model.
  package let order: Int

  /// The group of weights that belong to the model and to none of its layers.
  package static let modelGroup = "top_level_model_weights"
  /// The group of what an optimizer keeps.
  package static let optimizerGroup = "optimizer_weights"

  /// Whether training changes a variable, by the name that its layer gives it. Keras lists those of a layer that are not trained, and of the
  /// layers within it, after all others.
  package static func isTrained(_ name: some StringProtocol) -> Bool { !untrained.contains(String(name)) }

  private static let untrained: Set<String> = [
    "moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev", "mean", "variance", "count",
    "vector_u",
  ]

  package init(group: String, name: String, order: Int) {
    self.group = group
    self.name = name
    self.order = order
  }
}
