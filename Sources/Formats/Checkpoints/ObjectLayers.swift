internal import Tensors

/// The layers of a Keras model in an object graph, and their weights in Keras's order.
///
/// Keras 2 holds the layers of a model under `layer_with_weights-0` and so on, Keras 3 under `_operations/0`; a SavedModel also lists the
/// variables of each layer. The layers of a subclassed model are its attributes, in the order in which the program sets them.
/// - Source: tf_keras 2.21 `engine/functional.py`, `engine/base_layer.py`; Keras 3.15 `ops/function.py`, `layers/layer.py`.
struct ObjectLayers {
  /// By the key of the checkpoint's tensor.
  private(set) var weights: [String: [KerasWeight]] = [:]

  private let graph: ObjectGraph
  private let owners: ObjectOwners
  /// How many edges may still be followed. Layers that share their parts would otherwise take time that is quadratic in the graph.
  private var budget: Int

  /// A variable of a layer, and the names on the way to it.
  private struct Variable {
    let node: Int
    let path: [String]
  }

  private static let numberedLayer = "layer_with_weights-"
  /// What Keras holds under these names in a model.
  private static let modelEdges: Set<String> = ["_functional", "_operations", "keras_api"]
  /// What every layer of Keras with weights has at least one of, unless it was written for the program.
  private static let kerasVariables: Set<String> = ["kernel", "_kernel", "gamma", "embeddings", "_embeddings"]
  /// Edges that lead to what a layer does not own, or to the same variables again.
  private static let otherEdges: Set<String> = [
    "root", "keras_api", "signatures", "optimizer", "variables", "trainable_variables", "non_trainable_variables",
    "_trainable_variables", "_non_trainable_variables", "metrics", "_metrics", "compiled_metrics", "compiled_loss",
    "_compile_metrics", "_loss_tracker", "save_counter", "seed_generator", "_random_generator",
  ]
  /// How often each edge may be followed, on average.
  private static let visitsPerEdge = 16
  /// Keras's own models have fewer levels.
  private static let maximumDepth = 64

  /// - Parameters:
  ///   - graph: the objects.
  ///   - owners: which of them belong to an optimizer.
  init(_ graph: ObjectGraph, _ owners: ObjectOwners) {
    self.graph = graph
    self.owners = owners
    budget = 10_000 + Self.visitsPerEdge * graph.nodes.reduce(0) { $0 + $1.children.count }
    guard let model = model() else { return }
    var layers: [[Variable]] = []
    for node in self.layers(of: model, depth: 0) {
      let found = variables(of: node)
      if !found.isEmpty { layers.append(found) }
    }
    // The order of the rest is unknown.
    guard budget > 0 else { return }
    let names = Self.names(of: layers.map { $0.map { fullName(of: $0.node) } })
    var order = 0
    for (layer, name) in zip(layers, names) { add(layer, to: name, &order) }
    let own = graph.nodes[model].children.filter { isVariable($0.node) && !Self.otherEdges.contains($0.name) }
    // Functional models have none.
    let isCheckpoint = graph.nodes[model].children.contains { $0.name == "save_counter" }
    if !isCheckpoint {
      add(own.map { Variable(node: $0.node, path: [$0.name]) }, to: KerasWeight.modelGroup, &order)
    }
  }

  private mutating func add(_ variables: [Variable], to group: String, _ order: inout Int) {
    let fullNames = variables.map { fullName(of: $0.node) }
    let areDistinct = !fullNames.contains("") && Set(fullNames).count == fullNames.count
    for (variable, fullName) in zip(variables, fullNames) {
      let name = areDistinct ? fullName : ([group] + variable.path).joined(separator: "/")
      let key = graph.nodes[variable.node].attributes.first?.checkpointKey ?? ""
      weights[key, default: []].append(KerasWeight(group: group, name: "\(name):0", order: order))
      order += 1
    }
  }

  // MARK: - The model

  /// The node of the only Keras model; nil if there is none, or several.
  private mutating func model() -> Int? {
    guard let root = graph.nodes.first else { return nil }
    if isModel(0) { return 0 }
    let held = Set(
      root.children.filter { $0.node != 0 && !owners.isOptimizer($0.node) && !isVariable($0.node) }.map(\.node))
    let models = held.filter(isModel)
    if let only = models.first { return models.count == 1 ? only : nil }
    guard hasKerasVariables else { return nil }
    let isCheckpoint = root.children.contains { $0.name == "save_counter" }
    if !isCheckpoint, root.children.contains(where: { $0.name == "root" && $0.node == 0 }) { return 0 }
    var holders: [Int] = []
    for node in held where !variables(of: node).isEmpty { holders.append(node) }
    if let only = holders.first, holders.count == 1 { return only }
    return isCheckpoint ? nil : 0
  }

  private func isModel(_ number: Int) -> Bool {
    graph.nodes[number].children.contains {
      Self.modelEdges.contains($0.name) || $0.name.hasPrefix(Self.numberedLayer)
    }
  }

  private var hasKerasVariables: Bool {
    graph.nodes.contains { node in
      node.children.contains { Self.kerasVariables.contains($0.name) && isVariable($0.node) }
    }
  }

  private func isVariable(_ number: Int) -> Bool {
    graph.nodes[number].attributes.contains { $0.checkpointKey.hasSuffix(ObjectOrigins.valueSuffix) }
  }

  private func fullName(of number: Int) -> String { graph.nodes[number].attributes.first?.fullName ?? "" }

  // MARK: - Layers

  /// The nodes of a model's layers, each once, in order; some have no weights.
  private func layers(of model: Int, depth: Int) -> [Int] {
    guard depth <= Self.maximumDepth else { return [] }
    let children = graph.nodes[model].children
    let numbered = children.compactMap { child in
      child.name.hasPrefix(Self.numberedLayer)
        ? Int(child.name.dropFirst(Self.numberedLayer.count)).map { (number: $0, node: child.node) } : nil
    }
    if !numbered.isEmpty { return Self.unique(numbered.sorted { $0.number < $1.number }.map(\.node)) }
    func list(_ name: String, in number: Int) -> [Int]? {
      graph.nodes[number].children.first { $0.name == name }.map { graph.nodes[$0.node].children.map(\.node) }
    }
    if let inner = children.first(where: { $0.name == "_functional" }) {
      let found = layers(of: inner.node, depth: depth + 1)
      if !found.isEmpty { return found }
    }
    if let operations = list("_operations", in: model), !operations.isEmpty { return Self.unique(operations) }
    if let described = children.first(where: { $0.name == "keras_api" }),
      let listed = list("layers", in: described.node), !listed.isEmpty
    {
      return Self.unique(listed)
    }
    var found: [Int] = []
    for child in children where !isSkipped(child) {
      let isList =
        !graph.nodes[child.node].children.isEmpty && graph.nodes[child.node].children.allSatisfy { Int($0.name) != nil }
      found += isList ? graph.nodes[child.node].children.map(\.node) : [child.node]
    }
    return Self.unique(found.filter { !isVariable($0) })
  }

  private func isSkipped(_ child: ObjectGraph.Child) -> Bool {
    Self.otherEdges.contains(child.name) || owners.isOptimizer(child.node)
  }

  private static func unique(_ nodes: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return nodes.filter { seen.insert($0).inserted }
  }

  /// The weights of a layer and of all layers within it: first those that are trained, each with the names on the way to it.
  private mutating func variables(of layer: Int) -> [Variable] {
    guard budget > 0 else { return [] }
    if let listed = listedVariables(of: layer) { return listed }
    var found: [Variable] = []
    var seen: Set<Int> = [layer]
    var steps: [(node: Int, path: [String])] = [(layer, [])]
    while let step = steps.popLast() {
      budget -= graph.nodes[step.node].children.count
      guard budget > 0 else { return [] }
      guard step.path.count <= Self.maximumDepth else { continue }
      let children = graph.nodes[step.node].children.filter { !isSkipped($0) && seen.insert($0.node).inserted }
      // Its own come first, then those of its parts, in order.
      for child in children where isVariable(child.node) {
        found.append(Variable(node: child.node, path: step.path + [child.name]))
      }
      for child in children.reversed() where !isVariable(child.node) {
        steps.append((child.node, step.path + [child.name]))
      }
    }
    return found.filter { Self.isTrained($0) } + found.filter { !Self.isTrained($0) }
  }

  /// The list that a SavedModel has of a layer's weights; nil without one.
  private mutating func listedVariables(of layer: Int) -> [Variable]? {
    func list(_ name: String) -> [Variable]? {
      graph.nodes[layer].children.first { $0.name == name }.map { list in
        graph.nodes[list.node].children.map { Variable(node: $0.node, path: [$0.name]) }
      }
    }
    guard graph.nodes[layer].children.contains(where: { $0.name == "keras_api" }), let all = list("variables"),
      let trained = list("trainable_variables"), all.allSatisfy({ isVariable($0.node) })
    else { return nil }
    budget -= all.count + trained.count
    guard budget > 0 else { return [] }
    let places = Set(trained.map(\.node))
    return all.filter { places.contains($0.node) } + all.filter { !places.contains($0.node) }
  }

  private static func isTrained(_ variable: Variable) -> Bool { KerasWeight.isTrained(variable.path.last ?? "") }

  // MARK: - Names

  /// A name for each layer: the part of its weights' full names that is its own, if there is one.
  private static func names(of layers: [[String]]) -> [String] {
    var parts = layers.map {
      $0.map { $0.split(separator: "/", maxSplits: maximumDepth, omittingEmptySubsequences: false) }
    }
    // Keras 3 puts the name of a sequential model first.
    while parts.count > 1, let first = parts.first?.first?.first,
      parts.joined().allSatisfy({ $0.count > 2 && $0[0] == first })
    {
      parts = parts.map { $0.map { Array($0.dropFirst()) } }
    }
    let shared = parts.map { weights -> String in
      guard let first = weights.first?.first, !first.isEmpty, weights.allSatisfy({ $0.count > 1 && $0[0] == first })
      else {
        return ""
      }
      return String(first)
    }
    let areDistinct = Set(shared).count == shared.count
    return shared.enumerated().map { index, name in
      name.isEmpty || !areDistinct && shared.count(where: { $0 == name }) > 1 ? "\(numberedLayer)\(index)" : name
    }
  }
}
