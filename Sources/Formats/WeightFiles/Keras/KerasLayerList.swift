internal import Bytes
internal import Messages

/// The layers of a Keras model as metadata, so that they survive in formats that know nothing of Keras.
///
/// It is a JSON array of layers in Keras's order, each with its weights in Keras's order:
/// `[{"name":"dense","weights":[{"name":"dense/kernel:0","tensor":"dense/kernel:0"}]}]`. A group of weights that belongs to no layer has
/// `"listed":false` as well.
package enum KerasLayerList {
  /// The key of the metadata.
  package static let key = "keras.layers"

  /// The most weights that are read, and the most bytes of a name.
  private static let maximumWeightCount = 1 << 20
  private static let maximumNameByteCount = 1 << 12

  /// The layers as text.
  package static func text(of groups: [LayerGroup]) -> String {
    let layers = groups.map { group in
      let weights = group.weights.map { weight in
        JSONText.object([("name", JSONText.string(weight.name)), ("tensor", JSONText.string(weight.tensor))])
      }
      return JSONText.object(
        [("name", JSONText.string(group.name))] + (group.isListed ? [] : [("listed", "false")])
          + [("weights", "[\(weights.joined(separator: ","))]")])
    }
    return "[\(layers.joined(separator: ","))]"
  }

  /// The layers that metadata has; none if it has no such text.
  package static func groups(in metadata: [String: String]) -> [LayerGroup] {
    guard let text = metadata[key] else { return [] }
    var reader = JSONReader(Array(text.utf8))
    guard let groups = try? reader.readList(readGroup), (try? reader.readEnd()) != nil,
      groups.reduce(0, { $0 + $1.weights.count }) <= maximumWeightCount,
      groups.allSatisfy({ group in
        group.name.utf8.count <= maximumNameByteCount
          && group.weights.allSatisfy { $0.name.utf8.count <= maximumNameByteCount }
      })
    else { return [] }
    return groups
  }

  private static func readGroup(_ reader: inout JSONReader) throws -> LayerGroup {
    var (name, isListed, weights) = ("", true, [LayerGroup.Weight]())
    try reader.readObject { reader, key in
      switch key {
      case "name": name = try reader.readString()
      case "listed":
        isListed = !reader.readIfNext("false")
        if isListed { try reader.skipValue() }
      case "weights": weights = try reader.readList(readWeight)
      default: try reader.skipValue()
      }
    }
    return LayerGroup(name: name, weights: weights, isListed: isListed)
  }

  private static func readWeight(_ reader: inout JSONReader) throws -> LayerGroup.Weight {
    var (name, tensor) = ("", "")
    try reader.readObject { reader, key in
      switch key {
      case "name": name = try reader.readString()
      case "tensor": tensor = try reader.readString()
      default: try reader.skipValue()
      }
    }
    return LayerGroup.Weight(name: name, tensor: tensor)
  }
}
