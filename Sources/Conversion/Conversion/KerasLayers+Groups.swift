internal import ModelMapping
internal import WeightFiles

extension KerasLayers {
  /// The layers as groups of an HDF5 file. The list for the application's part must have no other layers, or Keras
  /// would not load the file.
  static var groups: [LayerGroup] {
    groups(encoder) + decoder.map { group($0, isListed: false) }
  }

  /// The layers of a whole model as groups.
  static func groups(_ layers: [KerasLayer]) -> [LayerGroup] { layers.map { group($0, isListed: true) } }

  private static func group(_ layer: KerasLayer, isListed: Bool) -> LayerGroup {
    LayerGroup(name: layer.name, weightNames: layer.weights.map(layer.weightName), isListed: isListed)
  }
}
