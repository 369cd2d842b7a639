/// How a version of Keras names variables, and where it stores them in an archive.
///
/// - Source: `saving/saving_lib.py`, `saving/legacy/saving_lib.py` and `src/engine/` of Keras 2.13, 2.14 and 2.15; Keras 3.15.
struct KerasGeneration: Sendable {
  /// Whether it is Keras 2, whose layers have other names in wrappers and in sequential models.
  let isKeras2: Bool
  /// The group with the layers of a model.
  let layersGroup: String
  /// Whether a layer that has variables is counted twice when groups get their numbers: `dense`, `dense_2`, `dense_4`.
  let countsTwice: Bool

  /// - Parameter version: such as `2.15.0`; nil if it is not known, which is taken for Keras 3.
  init(version: String?) {
    let numbers = (version ?? "").split(separator: ".").map { Int($0) }
    isKeras2 = numbers.first == 2
    let minor = isKeras2 && numbers.count > 1 ? numbers[1] ?? .max : .max
    layersGroup = minor < 15 ? "_layer_checkpoint_dependencies" : "layers"
    countsTwice = minor < 14
  }

  /// The version that metadata names.
  init(in metadata: [String: String]) { self.init(version: metadata[KerasModelText.versionKey]) }

  /// What the names of a recurrent layer's cell add to the layer's, with a slash; empty if they add nothing, nil for a layer without a
  /// cell of its own.
  func cellPrefix(of className: String) -> String? {
    guard let cell = KerasLayerRules.cells[className] else { return nil }
    return isKeras2 && className.hasPrefix("ConvLSTM") ? "" : "\(cell)/"
  }

  /// The variables of a layer itself, in order; nil for a class that has no rule.
  func variables(of config: KerasConfig) -> [String]? {
    let names = KerasLayerRules.variables(of: config)
    guard isKeras2, config.className.hasPrefix("DepthwiseConv") else { return names }
    return names?.map { $0 == "kernel" ? "depthwise_kernel" : $0 }
  }

  /// The attribute of an attention layer that holds one of its dense layers.
  func attribute(of projection: KerasLayerRules.Projection) -> String {
    isKeras2 && !projection.attribute.hasPrefix("_") ? "_\(projection.attribute)" : projection.attribute
  }
}
