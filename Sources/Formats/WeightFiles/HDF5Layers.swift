internal import Bytes
internal import CHDF5
internal import Tensors

/// Where the weights of Keras's layers are in a file, and the attributes by which Keras finds them.
///
/// Datasets keep the paths of their names, and the group that has all weights of a layer becomes the layer. If there is no such group, or
/// the file also describes its model, the weights go to the places that Keras gives them; then each has its name as an attribute. Links
/// would be simpler, but Keras 3 refuses files with links.
struct HDF5Layers {
  /// The paths of the file's datasets, in order.
  let paths: [String]
  private let layers: [Layer]
  /// The group that lists the layers; empty for the root.
  private let root: String
  /// The attributes that Keras reads from that group; those of the root are metadata.
  private let attributes: [String: String]

  /// A layer with the weights that the file has.
  private struct Layer {
    /// The path of its group.
    let path: String
    /// Its weights, by their paths within the group.
    let weights: [String]
    let isListed: Bool
  }

  private static let maximumDepth = 128
  /// The group with the weights in a file that describes its model as well.
  private static let modelGroup = "model_weights"
  /// The attribute with that description.
  private static let modelKey = "model_config"

  /// - Parameters:
  ///   - groups: the layers.
  ///   - names: the names of the file's tensors.
  ///   - paths: the paths that their datasets have without layers, in the same order.
  ///   - metadata: the attributes of the file.
  init(_ groups: [LayerGroup], names: [String], paths: [String], metadata: [String: String]) {
    let root = metadata[Self.modelKey] == nil ? "" : Self.modelGroup
    // Keras nests a few groups; each group around a dataset is compared with all others.
    let areFlat = paths.allSatisfy { $0.utf8.count { $0 == UInt8(ascii: "/") } <= Self.maximumDepth }
    let indices = Dictionary(names.enumerated().map { (ByteString($1), $0) }) { first, _ in first }
    let found = (areFlat ? groups : []).map { group in
      (
        group,
        weights: group.weights.compactMap { weight in indices[ByteString(weight.tensor)].map { (weight, index: $0) } }
      )
    }.filter { !$0.weights.isEmpty }
    let common = Self.commonGroups(found.map { $0.weights.map { paths[$0.index] } })
    var placed = paths
    var layers: [Layer] = []
    for ((group, weights), common) in zip(found, common) {
      let own = root.isEmpty || group.name == KerasWeight.optimizerGroup ? group.name : "\(root)/\(group.name)"
      if weights.allSatisfy({ paths[$0.index].equalsInBytes("\(own)/\($0.0.name)") }) {
        layers.append(Layer(path: own, weights: weights.map(\.0.name), isListed: group.isListed))
      } else if let common, root.isEmpty, group.isListed {
        let names = weights.map {
          String(decoding: paths[$0.index].utf8.dropFirst(common.utf8.count + 1), as: UTF8.self)
        }
        layers.append(Layer(path: common, weights: names, isListed: true))
      } else {
        for (weight, index) in weights { placed[index] = "\(own)/\(weight.name)" }
        layers.append(Layer(path: own, weights: weights.map(\.0.name), isListed: group.isListed))
      }
    }
    // Without layers, it is an ordinary file.
    let fits =
      Self.fit(placed) && Set(layers.map { ByteString($0.path) }).count == layers.count
      && Set(found.flatMap { $0.weights.map(\.index) }).count == found.reduce(0) { $0 + $1.weights.count }
    self.root = root
    attributes = root.isEmpty ? [:] : metadata.filter { ["keras_version", "backend"].contains($0.key) }
    self.paths = fits ? placed : paths
    self.layers = fits ? layers : []
  }

  /// For each list of paths, the outermost group that they are all in and no path of the other lists is in; nil if there is none.
  private static func commonGroups(_ lists: [[String]]) -> [String?] {
    var users: [ByteString: Set<Int>] = [:]
    for (number, paths) in lists.enumerated() {
      for group in paths.flatMap(groups) { users[group, default: []].insert(number) }
    }
    return lists.enumerated().map { number, paths in
      let common = groups(around: paths[0]).first { group in
        users[group] == [number] && paths.allSatisfy { groups(around: $0).contains(group) }
      }
      return common.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
  }

  /// The groups that a dataset is in, the outermost first.
  private static func groups(around path: String) -> [ByteString] {
    let bytes = Array(path.utf8)
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }.map { ByteString(Array(bytes[..<$0])) }
  }

  /// Whether all are paths that HDF5 can have beside each other.
  private static func fit(_ paths: [String]) -> Bool {
    let distinct = Set(paths.map { ByteString($0) })
    let groups = Set(paths.flatMap(groups))
    let areOdd = paths.contains { path in
      path.utf8.contains(0)
        || path.split(separator: "/", omittingEmptySubsequences: false).contains { ["", ".", ".."].contains($0) }
    }
    return distinct.count == paths.count && distinct.isDisjoint(with: groups) && !areOdd
  }

  /// Writes the attributes. Returns whether the library accepted everything.
  func write(in file: hid_t) -> Bool {
    HDF5Library.locked {
      guard !layers.isEmpty else { return true }
      for layer in layers {
        guard let group = HDF5Handle(unsafe H5Gopen2(file, layer.path, 0), .group),
          HDF5Attributes.writeList(layer.weights, named: "weight_names", on: group.id)
        else { return false }
      }
      let listed = layers.filter(\.isListed).map { layer in
        root.isEmpty ? layer.path : String(layer.path.dropFirst(root.count + 1))
      }
      guard let root = HDF5Handle(unsafe H5Gopen2(file, root.isEmpty ? "/" : root, 0), .group) else { return false }
      return attributes.allSatisfy { HDF5Attributes.write($0.value, named: $0.key, on: root.id) }
        && HDF5Attributes.writeList(listed, named: "layer_names", on: root.id)
    }
  }
}
