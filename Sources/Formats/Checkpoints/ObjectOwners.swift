internal import Tensors

/// Which objects in a graph belong only to an optimizer or a metric.
///
/// Keys do not show this: Keras 3 saves weights of the model itself under `model/optimizer/_trainable_variables/3`,
/// because that path is the shortest. An object belongs to the model if some path leads to it without passing through
/// an optimizer or a metric; an optimizer's list of the variables that it trains does not count as one. Time is linear
/// in nodes and edges, even with cycles.
/// - Source: Keras 3.15 `optimizers/base_optimizer.py`; tf_keras 2.21 `optimizers/optimizer.py` and `optimizer_v2.py`; TensorFlow 1.15
///   `training/optimizer.py`.
struct ObjectOwners {
  /// An optimizer's running average of a variable.
  struct Average {
    let node: Int
    let variable: Int
    let optimizer: Int
  }

  /// The averages whose variables are known from the graph.
  private(set) var averages: [Average] = []
  private let graph: ObjectGraph
  private var isModel: [Bool]
  /// For each node that is not the model's, the node of the optimizer or metric through which it is reached first.
  private var holders: [Int?]
  private var isOptimizer: [Bool]

  /// The list of the variables that an optimizer trains, which it refers to but does not own.
  private static let trained = "_trainable_variables"
  /// The list of their averages, in the same order; variables without an average are skipped.
  private static let averaged = "_model_variables_moving_average"
  /// Every Keras optimizer has a child with one of the first names and a child with one of the second.
  private static let counts: Set<String> = ["_iterations", "iter", "iterations"]
  private static let companions: Set<String> = [
    "_learning_rate", "learning_rate", "lr", "_variables", trained, "decay", "beta_1", "_index_dict",
    "_current_learning_rate", "loss_scale", "_optimizer", "base_optimizer",
  ]
  /// Edges under which Keras keeps metrics, if they lead only to sums and counts.
  private static let metricEdges: Set<String> = [
    "metrics", "_metrics", "keras_api/metrics", "_compile_metrics", "compiled_metrics", "_loss_tracker",
    "compiled_loss",
  ]

  /// Finds the owners of a graph's nodes.
  ///
  /// - Parameters:
  ///   - graph: the objects.
  ///   - isCount: whether the tensor with a key is a single integer.
  init(_ graph: ObjectGraph, isCount: (String) -> Bool) {
    self.graph = graph
    let count = graph.nodes.count
    isModel = Array(repeating: false, count: count)
    holders = Array(repeating: nil, count: count)
    isOptimizer = graph.nodes.map { node in
      if !node.slotVariables.isEmpty { return true }
      let hasCount = node.children.contains { child in
        Self.counts.contains(child.name) && graph.nodes[child.node].attributes.contains { isCount($0.checkpointKey) }
      }
      return hasCount && node.children.contains { Self.companions.contains($0.name) }
    }
    // A loss scaler holds the optimizer whose steps it scales, and has no steps of its own.
    for (number, node) in graph.nodes.enumerated() where !isOptimizer[number] {
      isOptimizer[number] =
        node.children.contains {
          ["_optimizer", "base_optimizer", "inner_optimizer"].contains($0.name) && isOptimizer[$0.node]
        } && node.children.contains { ["loss_scale", "_loss_scale", "dynamic_scale"].contains($0.name) }
    }
    guard count > 0 else { return }
    walkModel()
    walkRest()
    findAverages()
  }

  /// Marks what can be reached without passing through an optimizer or a metric.
  private mutating func walkModel() {
    isModel[0] = true
    var stack = [0]
    var metrics: [Int: Bool] = [:]
    while let number = stack.popLast() {
      for child in graph.nodes[number].children where !isModel[child.node] {
        if isOptimizer[number], child.name != Self.trained, !isOptimizer[child.node] { continue }
        if Self.metricEdges.contains(child.name) {
          let isMetric = metrics[child.node] ?? isMetric(child.node)
          metrics[child.node] = isMetric
          if isMetric { continue }
        }
        isModel[child.node] = true
        stack.append(child.node)
      }
    }
  }

  /// Whether only sums and counts are below a node, as for a metric or a list of metrics.
  private func isMetric(_ start: Int) -> Bool {
    var seen: Set<Int> = [start]
    var stack = [start]
    var (sums, others): (Set<Int>, Set<Int>) = ([], [])
    while let number = stack.popLast() {
      // A metric has only a handful of objects; whole programs are not searched for each edge.
      guard seen.count <= Self.maximumMetricNodeCount, !isOptimizer[number] else { return false }
      for child in graph.nodes[number].children {
        if !graph.nodes[child.node].attributes.isEmpty {
          // Lists hold the same variables again, under numbers.
          if Self.sums.contains(child.name) { sums.insert(child.node) } else { others.insert(child.node) }
        }
        if seen.insert(child.node).inserted { stack.append(child.node) }
      }
    }
    return !sums.isEmpty && others.isSubset(of: sums)
  }

  private static let maximumMetricNodeCount = 1 << 8
  /// The variables of Keras' metrics.
  private static let sums: Set<String> = [
    "total", "count", "true_positives", "true_negatives", "false_positives", "false_negatives", "accumulator",
    "total_cm", "total_confusion_matrix", "squared_sum", "sum", "residual", "num_samples", "weights_intermediate",
    "intermediate_weights", "init_shape", "_built",
  ]

  /// Assigns the rest to the optimizer or metric that comes first on the path to it.
  private mutating func walkRest() {
    var isSeen = [Bool](repeating: false, count: graph.nodes.count)
    isSeen[0] = true
    var order = [0]
    var position = 0
    while position < order.count {
      let number = order[position]
      position += 1
      for child in graph.nodes[number].children where !isSeen[child.node] {
        isSeen[child.node] = true
        holders[child.node] = holders[number] ?? (isOptimizer[number] ? number : isModel[child.node] ? nil : child.node)
        order.append(child.node)
      }
    }
    for (number, node) in graph.nodes.enumerated() {
      for slot in node.slotVariables where !isModel[slot.slotVariable] { holders[slot.slotVariable] = number }
    }
  }

  /// Keras 3 keeps averages in the order of the variables that it trains; tf_keras names each one, such as `Adam/average/dense/kernel`.
  private mutating func findAverages() {
    var fullNames: [String: Int]?
    for (number, node) in graph.nodes.enumerated() where isOptimizer[number] {
      guard let means = node.children.first(where: { $0.name == Self.averaged }) else { continue }
      let variables = node.children.first(where: { $0.name == Self.trained })
      let places = Dictionary(
        variables.map { graph.nodes[$0.node].children.map { ($0.name, $0.node) } } ?? []
      ) { first, _ in first }
      for mean in graph.nodes[means.node].children where !isModel[mean.node] {
        var variable = places[mean.name]
        if variables == nil, let name = graph.nodes[mean.node].attributes.first?.fullName,
          let marker = name.firstRange(of: "/average/")
        {
          let names = fullNames ?? modelFullNames()
          fullNames = names
          variable = names[String(name[marker.upperBound...])]
        }
        if let variable { averages.append(Average(node: mean.node, variable: variable, optimizer: number)) }
      }
    }
  }

  /// The nodes of the model by full name, for names that only one node has.
  private func modelFullNames() -> [String: Int] {
    var names: [String: Int?] = [:]
    for (number, node) in graph.nodes.enumerated() where isModel[number] {
      guard let name = node.attributes.first?.fullName, !name.isEmpty else { continue }
      names[name] = names[name] == nil ? .some(number) : .some(nil)
    }
    return names.compactMapValues { $0 }
  }

  /// Whether a node is an optimizer.
  func isOptimizer(_ number: Int) -> Bool { isOptimizer[number] }

  /// The owner of a node; nil if no path leads to it.
  func owner(of number: Int, _ paths: ObjectPaths) -> TensorOrigin.Owner? {
    if isModel[number] {
      let isCount = graph.nodes[0].children.contains { $0.node == number && $0.name == "save_counter" }
      return isCount ? .saver : .model
    }
    guard let holder = holders[number] else { return nil }
    let path = paths.path(of: holder) ?? "object \(holder)"
    return isOptimizer[holder] ? .optimizer(path) : .metric(path)
  }
}
