internal import Bytes
internal import ModelMapping
internal import Tensors
internal import WeightFiles

extension KerasLayers {
  /// The layers of the Keras model that a source is, with the names that the tensors get.
  ///
  /// The source's files or objects say what they are, or the metadata of an earlier conversion does.
  ///
  /// - Parameters:
  ///   - source: the source.
  ///   - plan: the conversion.
  /// - Returns: the layers in Keras's order, without weights that are not written as they are; none if the source knows of none, or the
  ///   tensors get the layouts of another framework.
  static func groups(of source: any TensorSource, _ plan: ConversionPlan) -> [LayerGroup] {
    guard plan.mapping == nil, plan.keepsLayout, mayBeKnown(in: source) else { return [] }
    var names: [ByteString: String] = [:]
    var weights: [(weight: KerasWeight, tensor: String)] = []
    for tensor in plan.tensors {
      guard let origin = tensor.origins.first, tensor.origins.count == 1, !tensor.isPart else { continue }
      names[ByteString(origin.name)] = tensor.target.name
      for weight in source.origin(of: origin)?.kerasWeights ?? [] { weights.append((weight, tensor.target.name)) }
    }
    if weights.isEmpty { return renamed(KerasLayerList.groups(in: source.metadata), names) }
    var groups: [(name: String, weights: [LayerGroup.Weight])] = []
    var places: [ByteString: Int] = [:]
    for (weight, tensor) in weights.sorted(by: { $0.weight.order < $1.weight.order }) {
      let place = places[ByteString(weight.group)] ?? groups.count
      if place == groups.count {
        places[ByteString(weight.group)] = place
        groups.append((weight.group, []))
      }
      groups[place].weights.append(LayerGroup.Weight(name: weight.name, tensor: tensor))
    }
    let unlisted = [KerasWeight.modelGroup, KerasWeight.optimizerGroup]
    return groups.map { LayerGroup(name: $0.name, weights: $0.weights, isListed: !unlisted.contains($0.name)) }
  }

  private static func renamed(_ groups: [LayerGroup], _ names: [ByteString: String]) -> [LayerGroup] {
    groups.compactMap { group in
      let weights = group.weights.compactMap { weight in
        names[ByteString(weight.tensor)].map { LayerGroup.Weight(name: weight.name, tensor: $0) }
      }
      return weights.isEmpty ? nil : LayerGroup(name: group.name, weights: weights, isListed: group.isListed)
    }
  }

  /// Whether a source may be a Keras model whose layers are known.
  static func mayBeKnown(in source: any TensorSource) -> Bool {
    source.metadata[KerasLayerList.key] != nil
      || source.descriptors.contains { source.origin(of: $0)?.kerasWeights.isEmpty == false }
  }
}
