internal import Tensors

/// What an object graph says about each tensor of its checkpoint.
struct ObjectOrigins: Sendable {
  /// What is known about each descriptor.
  let origins: [TensorOrigin?]
  /// Where the graph and the tensors contradict each other.
  let defects: [ObjectGraphDefect]

  /// The end of the key under which a variable saves its value.
  static let valueSuffix = "/.ATTRIBUTES/VARIABLE_VALUE"

  /// Joins a graph with the tensors that it should describe.
  ///
  /// - Parameters:
  ///   - graph: the objects.
  ///   - descriptors: the checkpoint's tensors, sorted by name.
  init(_ graph: ObjectGraph, of descriptors: [TensorDescriptor]) {
    var origins = [TensorOrigin?](repeating: nil, count: descriptors.count)
    var defects: [ObjectGraphDefect] = graph.danglingCount > 0 ? [.dangling(count: graph.danglingCount)] : []
    var missing: [String] = []
    var twice: [String] = []
    let paths = ObjectPaths(graph)
    let owners = ObjectOwners(graph) { key in
      guard let index = descriptors.index(ofName: key) else { return false }
      return descriptors[index].shape.elementCount == 1 && descriptors[index].dtype.kind == .signedInteger
    }
    let slots = Self.slots(graph, owners)
    let layers = ObjectLayers(graph, owners)
    for (number, node) in graph.nodes.enumerated() {
      for attribute in node.attributes {
        let key = attribute.checkpointKey
        let found = Self.tensors(ofKey: key, in: descriptors, unless: { origins[$0] != nil })
        if found.isEmpty {
          if descriptors.index(ofName: key) == nil { missing.append(key) } else { twice.append(key) }
        }
        for index in found {
          let path = Self.path(ofKey: descriptors[index].name)
          var origin = TensorOrigin(path: path)
          if key.hasSuffix(Self.valueSuffix) {
            // TensorFlow's own path comes first; if the key is different, it is one more alias.
            let walked = paths.path(of: number).map { $0.utf8.elementsEqual(path.utf8) ? [] : [$0] } ?? []
            origin.aliases = (walked + paths.aliases(of: number)).filter { !$0.utf8.elementsEqual(path.utf8) }
          }
          if !attribute.fullName.isEmpty, found.count == 1 { origin.fullName = attribute.fullName }
          if let slot = slots[number] {
            origin.slot = TensorOrigin.Slot(
              name: slot.name, variable: paths.path(of: slot.variable) ?? "object \(slot.variable)",
              optimizer: paths.path(of: slot.optimizer) ?? "object \(slot.optimizer)")
          }
          origin.owner = owners.owner(of: number, paths)
          origin.kerasWeights = layers.weights[key] ?? []
          origins[index] = origin
        }
      }
    }
    if let first = missing.first { defects.append(.missingTensors(count: missing.count, first: first)) }
    if let first = twice.first { defects.append(.sharedKeys(count: twice.count, first: first)) }
    self.origins = origins
    self.defects = defects
  }

  /// The tensors that an attribute saves: the one with its key, or else all whose keys begin with it, because an object such as
  /// a lookup table saves several. Those that belong to an earlier attribute are left out.
  private static func tensors(
    ofKey key: String, in descriptors: [TensorDescriptor], unless isTaken: (Int) -> Bool
  ) -> [Int] {
    if let index = descriptors.index(ofName: key) { return isTaken(index) ? [] : [index] }
    guard !key.isEmpty, !key.hasSuffix(valueSuffix) else { return [] }
    let first = descriptors.firstIndex(notBefore: key)
    return Array((first..<descriptors.count).prefix { descriptors[$0].name.hasPrefix(key) && !isTaken($0) })
  }

  /// A key without its meaningless end.
  static func path(ofKey key: String) -> String {
    key.hasSuffix(valueSuffix) && key.utf8.count > valueSuffix.utf8.count
      ? String(key.dropLast(valueSuffix.count)) : key
  }

  private static func slots(_ graph: ObjectGraph, _ owners: ObjectOwners) -> [Int: (
    name: String, variable: Int, optimizer: Int
  )] {
    var slots: [Int: (name: String, variable: Int, optimizer: Int)] = [:]
    for (number, node) in graph.nodes.enumerated() {
      for slot in node.slotVariables where slots[slot.slotVariable] == nil {
        slots[slot.slotVariable] = (slot.name, slot.variable, number)
      }
    }
    for average in owners.averages where slots[average.node] == nil {
      slots[average.node] = (TensorOrigin.averageSlotName, average.variable, average.optimizer)
    }
    return slots
  }
}
