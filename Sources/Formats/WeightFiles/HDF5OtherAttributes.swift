/// The attributes of an HDF5 file that are neither metadata nor about a dataset's tensor, such as numbers, units and the
/// labels of axes. Decant does not write them again.
struct HDF5OtherAttributes {
  /// The name of each, and the object that has it.
  private(set) var texts: [String] = []

  /// A file may name an object with many attributes many times.
  static let maximumCount = 1 << 12

  /// Whether more are listed.
  var isFull: Bool { texts.count >= Self.maximumCount }

  /// Adds the attributes of an object, without those by which Keras and Decant find tensors, layers and dtypes.
  mutating func add(_ names: [String], of path: String) {
    for name in names where !isFull && !Self.isWritten(name) {
      texts.append("\(name) of \(path.isEmpty ? "/" : path)")
    }
  }

  private static func isWritten(_ name: String) -> Bool {
    ["name", "dtype", "backend", "keras_version"].contains(name)
      || ["decant.", "layer_names", "weight_names"].contains(where: name.hasPrefix)
  }
}
