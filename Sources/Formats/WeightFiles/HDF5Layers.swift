internal import CHDF5

/// Writes the attributes that tell Keras where its layers are in a file.
enum HDF5Layers {
  /// Marks the groups of layers whose weights are among `paths`. Returns whether the library accepted everything.
  static func write(_ layers: [LayerGroup], paths: [String], in file: hid_t) -> Bool {
    let present = Set(paths)
    var listed: [String] = []
    for layer in layers {
      let weights = layer.weightNames.filter { present.contains("\(layer.name)/\($0)") }
      if weights.isEmpty { continue }
      let isWritten = HDF5Library.locked {
        guard let group = HDF5Handle(unsafe H5Gopen2(file, layer.name, 0), .group) else { return false }
        return HDF5Attributes.write(weights, named: "weight_names", on: group.id)
      }
      guard isWritten else { return false }
      if layer.isListed { listed.append(layer.name) }
    }
    return HDF5Library.locked {
      guard let root = HDF5Handle(unsafe H5Gopen2(file, "/", 0), .group) else { return false }
      return HDF5Attributes.write(listed, named: "layer_names", on: root.id)
    }
  }
}
