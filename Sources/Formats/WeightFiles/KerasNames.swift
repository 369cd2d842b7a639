internal import CHDF5
internal import Tensors

/// The names that Keras gives to the weights of an HDF5 file, and the layers that own them.
///
/// Keras 1 and 2, and Keras 3 for `.h5`, keep a group for each layer, listed in the attribute `layer_names` of the root or
/// of `model_weights`; a layer's group lists its weights in `weight_names`, and each is a dataset in that group under its
/// whole name: `dense/dense/kernel:0`. A list longer than 64 KiB is split into `layer_names0`, `layer_names1` and so on.
/// `.weights.h5` of Keras 3 has paths through the layers instead (`layers/dense/vars/0`), which stay as they are; the attribute
/// `name` of a group `vars` is the layer's own name.
/// - Source: Keras 2.15 and 3.10, `saving/legacy/hdf5_format.py`, `saving_lib.py`.
struct KerasNames {
  /// What Keras calls the weight at a path.
  struct Weight: Equatable {
    let name: String
    let layer: String
  }

  /// By the bytes of the datasets' paths.
  private(set) var weights: [[UInt8]: Weight] = [:]
  /// The places of weights in Keras's order, likewise.
  private(set) var places: [[UInt8]: KerasWeight] = [:]

  /// Where models keep their layers.
  private static let roots = ["", "model_weights"]
  /// The most names in all lists of a file, and the most pieces of one list.
  private static let maximumNameCount = 1 << 20
  private static let maximumPieceCount = 1 << 12

  /// Whether Keras wrote a file: it lists layers, or states Keras's version. `.weights.h5` does neither; see `isVariable`.
  static func isWriter(of file: borrowing HDF5Handle) -> Bool {
    HDF5Library.locked {
      for root in roots {
        guard let group = HDF5Handle(unsafe H5Gopen2(file.id, root.isEmpty ? "/" : root, 0), .group) else { continue }
        for name in ["keras_version", "layer_names", "layer_names0"] where unsafe H5Aexists(group.id, name) > 0 {
          return true
        }
      }
      return false
    }
  }

  /// Whether a path is that of a layer's variable in `.weights.h5`: in a group `vars`, under a number or a name that the layer chose.
  static func isVariable(_ path: String) -> Bool {
    path.split(separator: "/").dropLast().last == "vars"
  }

  /// Reads the lists of names, if there are any. If anything about them is odd, the datasets keep their paths as names.
  init(of file: borrowing HDF5Handle) {
    for root in Self.roots {
      let layers = Self.list("layer_names", of: file, root.isEmpty ? "/" : root)
      for layer in layers + (layers.isEmpty ? [] : [KerasWeight.modelGroup]) {
        let group = root.isEmpty ? layer : "\(root)/\(layer)"
        for name in Self.list("weight_names", of: file, group) {
          guard places.count < Self.maximumNameCount else { return }
          weights[Array("\(group)/\(name)".utf8)] = Weight(name: name, layer: layer)
          place(name, in: layer, at: group)
        }
      }
    }
    // These keep their paths as names.
    let optimizer = KerasWeight.optimizerGroup
    for name in Self.list("weight_names", of: file, optimizer) where places.count < Self.maximumNameCount {
      place(name, in: optimizer, at: optimizer)
    }
  }

  private mutating func place(_ name: String, in layer: String, at group: String) {
    places[Array("\(group)/\(name)".utf8)] = KerasWeight(group: layer, name: name, order: places.count)
  }

  /// Drops names that two datasets would share, or that are already the path of a dataset without a name in the lists.
  mutating func keepUnique(among paths: [String]) {
    var counts: [[UInt8]: Int] = [:]
    for path in paths { counts[Array((weights[Array(path.utf8)]?.name ?? path).utf8), default: 0] += 1 }
    weights = weights.filter { counts[Array($0.value.name.utf8), default: 0] <= 1 }
  }

  /// The layer of each dataset in a group `vars`, by the path of the group; for groups of layers only.
  static func layers(of file: borrowing HDF5Handle, paths: [String]) -> [[UInt8]: String] {
    var layers: [[UInt8]: String] = [:]
    var seen: Set<String> = []
    for path in paths where !path.hasPrefix("optimizer/") {
      guard let group = varsGroup(of: path), seen.insert(group).inserted,
        let handle = HDF5Library.locked({ HDF5Handle(unsafe H5Gopen2(file.id, group, 0), .group) }),
        let name = HDF5Attributes.read("name", from: handle.id)
      else { continue }
      layers[Array(group.utf8)] = name
    }
    return layers
  }

  /// `…/vars` of a path `…/vars/<number>`.
  static func varsGroup(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), path[path.index(after: slash)...].allSatisfy(\.isNumber) else {
      return nil
    }
    let group = path[..<slash]
    return group.hasSuffix("/vars") || group == "vars" ? String(group) : nil
  }

  /// An attribute that is a list of strings, whole or in pieces; empty if the object has none.
  private static func list(_ name: String, of file: borrowing HDF5Handle, _ path: String) -> [String] {
    HDF5Library.locked {
      // H5Oopen reports an error for a path whose parts do not all exist; here that is not an error.
      guard let group = HDF5Handle(unsafe H5Gopen2(file.id, path, 0), .group) else { return [] }
      if let whole = HDF5Attributes.readList(name, from: group.id) { return whole }
      var names: [String] = []
      for piece in 0..<maximumPieceCount {
        guard let part = HDF5Attributes.readList("\(name)\(piece)", from: group.id) else { break }
        names += part
      }
      return names
    }
  }
}
