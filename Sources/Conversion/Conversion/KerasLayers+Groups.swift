internal import ModelMapping
internal import WeightFiles

extension KerasLayers {
  /// The layers as groups of an HDF5 file. The list for the application's part must have no other layers, or Keras
  /// would not load the file.
  static var groups: [LayerGroup] {
    func group(_ layer: KerasLayer, isListed: Bool) -> LayerGroup {
      LayerGroup(name: layer.name, weightNames: layer.weights.map(layer.weightName), isListed: isListed)
    }
    return encoder.map { group($0, isListed: true) } + decoder.map { group($0, isListed: false) }
  }
}
