internal import Engine
internal import Kernels
internal import MetaGraph

/// Compares a graph's convolutions, pools and joins with the steps of the engine's plan.
///
/// A convolution is recognized by its variable, whatever its node is called. From each one, the walk goes back to its
/// inputs, in lockstep with the plan, so that each difference is found once, where it is.
final class NetworkComparison {
  let walk: GraphWalk
  let findings: Findings
  /// What comes before `InceptionV3/` in the names of the graph's variables; empty unless the graph was imported into another.
  let prefix: String
  /// The nodes of the convolutions' variables, in the order of the plan.
  private let variables: [Int?]
  private var seen: Set<Comparison> = []
  private var checkedNodes: Set<Int> = []

  /// A value of the graph that was compared with one of the plan.
  private struct Comparison: Hashable {
    let edge: Edge
    let value: Int
    let channel: Int
    let channelCount: Int
  }

  /// What produces a map.
  private enum Origin {
    case layer(NormalizedLayer)
    case pool(Int)
    case other(Int)
  }

  /// Finds the convolutions' variables.
  init(_ walk: GraphWalk, _ findings: Findings) throws(MetaGraphError) {
    self.walk = walk
    self.findings = findings
    let names = (0..<InceptionV3Plan.convolutionCount).map { "\(InceptionV3Plan.scope(ofConvolution: $0))/weights" }
    let first = names.first.flatMap { name in
      walk.variable(named: name) ?? walk.topology.nodes.firstIndex { $0.name.hasSuffix("/" + name) }
    }
    let prefix = first.map { String(walk.name($0).dropLast(names[0].count)) } ?? ""
    self.prefix = prefix
    variables = names.map { walk.variable(named: prefix + $0) }
  }

  /// The convolutions that the plan has.
  var expectedCount: Int { variables.count }
  /// The number of convolutions whose variables the graph has.
  var foundCount: Int { variables.count { $0 != nil } }

  private(set) lazy var plan = Result { try makePlan() }
  private lazy var stepsByValue = Dictionary(grouping: (try? plan.get().steps) ?? [], by: \.output.value)

  /// Lays out the engine's network with the widths of the graph's filters, and compares the filters' shapes on the way.
  private func makePlan() throws -> InceptionV3Plan {
    let shapes = try variables.map { try $0.map { try walk.shape(ofVariable: $0) } ?? nil }
    return try InceptionV3Plan { index, window, inputChannels throws(EngineError) in
      guard let variable = variables[index] else { return 1 }
      let shape = shapes[index] ?? []
      let width = shape.last ?? 1
      if shape.count != 4 || Array(shape.dropLast()) != [window.height, window.width, inputChannels]
        || !(1...InceptionV3Plan.maximumChannelCount ~= width)
      {
        findings.differ(
          walk.name(variable), "shape", graph: shapes[index].map { "\($0)" } ?? "unknown",
          engine: "[\(window.height), \(window.width), \(inputChannels), any]")
      }
      return min(max(width, 1), InceptionV3Plan.maximumChannelCount)
    }
  }

  /// Compares every convolution and its inputs.
  func compare() throws {
    var towerCount = 1
    for step in try plan.get().steps {
      guard case .convolution(let index, let window, _) = step.operation else { continue }
      let scope = InceptionV3Plan.scope(ofConvolution: index)
      guard let variable = variables[index] else {
        findings.differ(
          "\(prefix)\(scope)/weights", "variable", graph: "no variable with that name", engine: "reads it")
        continue
      }
      let uses = walk.consumers(of: Edge(node: variable))
      let nodes = uses.filter { $0.position == 1 && NormalizedLayer.isConvolution(walk.op($0.node)) }.map(\.node)
      guard !nodes.isEmpty else {
        findings.differ(walk.name(variable), "use", graph: "no convolution reads it", engine: "convolves with it")
        continue
      }
      towerCount = max(towerCount, nodes.count)
      for node in nodes {
        findings.count(.convolutions)
        try checkWindow(of: node, "Conv2D", window, filter: true)
        if let input = walk.topology.input(0, of: node) { try compare(input, with: step.input, reader: node) }
      }
    }
    if towerCount > 1, let node = walk.topology.nodes.first(where: { NormalizedLayer.isConvolution($0.op) }) {
      findings.note("the graph has the network \(towerCount) times; each copy is compared", at: node.name)
    }
  }

  /// Compares the input of the image embedding with the plan's last step.
  func compareFeatures(_ edge: Edge, reader: Int) throws {
    // The pooled map has one pixel, so it may be reshaped on the way, and training drops values here.
    let kept = walk.behindDropout(walk.producer(of: edge, throughReshaping: true))
    if let dropout = kept.dropout {
      findings.differUnlessTraining(walk.name(dropout), "dropout", graph: "drops values at random", engine: "none")
    }
    try compare(walk.producer(of: kept.edge, throughReshaping: true), with: plan.get().output, reader: reader)
  }

  // MARK: - In lockstep

  private func compare(_ edge: Edge, with place: InceptionV3Plan.Place, reader: Int) throws {
    let source = walk.producer(of: edge)
    let key = Comparison(
      edge: source, value: place.value, channel: place.channel, channelCount: place.layout.shape.channels)
    guard seen.insert(key).inserted else { return }
    guard place.value > 0 else {
      return try PreprocessingComparison(walk: walk, findings: findings).compare(source, reader: reader)
    }
    let channels = place.channel..<place.channel + place.layout.shape.channels
    let steps = (stepsByValue[place.value] ?? []).filter { channels.contains($0.output.channel) }
      .sorted { $0.output.channel < $1.output.channel }
    guard let parts = try parts(of: source, limit: steps.count) else {
      return findings.differ(
        walk.name(source.node), "inputs", graph: "more maps than \(steps.count)", engine: list(steps.map(\.name)))
    }
    let origins = try parts.map { try origin(of: $0) }
    let isJoin = parts.count > 1 || steps.count > 1
    if isJoin {
      let (graph, engine) = (origins.map(label), steps.map(label))
      if graph != engine {
        findings.differ(
          walk.name(steps.count > 1 && parts.count > 1 ? source.node : reader), "inputs", graph: list(graph),
          engine: list(engine))
      }
    }
    for (number, origin) in origins.enumerated() {
      if case .layer(let layer) = origin { try check(layer) }
      guard number < steps.count else { continue }
      try match(origin, with: steps[number], reader: reader, isReported: isJoin)
    }
  }

  private func match(
    _ origin: Origin, with step: InceptionV3Plan.Step, reader: Int, isReported: Bool
  ) throws {
    if case .pool(let node) = origin, case .pool(let pooling, let window) = step.operation {
      if checkedNodes.insert(node).inserted { findings.count(.pools) }
      let makesOnePixel = step.output.layout.shape.pixelCount == 1
      try checkWindow(
        of: node, pooling == .maximum ? "MaxPool" : "AvgPool", window, filter: false, ignoresStride: makesOnePixel)
      if let input = walk.topology.input(0, of: node) { try compare(input, with: step.input, reader: node) }
    } else if case .other(let node) = origin, case .pool(.average, _) = step.operation, try isMean(node),
      step.output.layout.shape.pixelCount == 1
    {
      // The mean over rows and columns is a pool over the whole map.
      findings.count(.pools)
      if let input = walk.topology.input(0, of: node) { try compare(input, with: step.input, reader: node) }
    } else if !isReported {
      findings.expect(walk.name(reader), "input", graph: label(origin), engine: label(step))
    }
  }

  /// The maps that are joined, in order; a single one if none are joined, nil if there are far more than `limit`.
  private func parts(of edge: Edge, limit: Int) throws(MetaGraphError) -> [Edge]? {
    var found: [Edge] = []
    var pending = [edge]
    while let edge = pending.popLast() {
      let source = walk.producer(of: edge)
      let op = walk.op(source.node)
      guard op == "Concat" || op == "ConcatV2" else {
        found.append(source)
        continue
      }
      let inputs = Array(walk.topology.inputs(of: source.node))
      guard inputs.count > 1 else { return nil }
      // The axis comes first in the older operation, and last in the newer one.
      let axis = op == "Concat" ? inputs.first : inputs.last
      if checkedNodes.insert(source.node).inserted {
        findings.count(.concatenations)
        let number = try walk.number(axis)
        if number != 3, number != -1 {
          findings.differ(
            walk.name(source.node), "axis", graph: number.map { "\($0)" } ?? "no constant", engine: "3, the channels")
        }
      }
      pending += (op == "Concat" ? inputs.dropFirst() : inputs.dropLast()).reversed()
      guard found.count + pending.count <= limit + 64 else { return nil }
    }
    return found
  }

  private func origin(of edge: Edge) throws(MetaGraphError) -> Origin {
    let source = walk.producer(of: edge)
    switch walk.op(source.node) {
    case "MaxPool", "AvgPool": return .pool(source.node)
    default: return try NormalizedLayer(endingAt: source, in: walk).map(Origin.layer) ?? .other(source.node)
    }
  }

  private func isMean(_ node: Int) throws(MetaGraphError) -> Bool {
    guard walk.op(node) == "Mean" else { return false }
    return try walk.integers(walk.topology.input(1, of: node)) == [1, 2]
  }

  // MARK: - One node

  /// Compares strides, padding, dilation and layout, and the window of a pool.
  private func checkWindow(
    of node: Int, _ op: String, _ window: Window, filter: Bool, ignoresStride: Bool = false
  ) throws(MetaGraphError) {
    let name = walk.name(node)
    findings.expect(name, "operation", graph: walk.op(node), engine: op)
    let format = try walk.text("data_format", of: node, default: "NHWC")
    findings.expect(name, "data_format", graph: format, engine: "NHWC")
    func text(_ height: Int, _ width: Int) -> String {
      format == "NCHW" ? "[1, 1, \(height), \(width)]" : "[1, \(height), \(width), 1]"
    }
    if !ignoresStride {
      findings.expect(
        name, "strides", graph: "\(try walk.integers("strides", of: node, default: [1, 1, 1, 1]))",
        engine: text(window.stride, window.stride))
    }
    findings.expect(
      name, "padding", graph: try walk.text("padding", of: node, default: "missing"),
      engine: window.padding == .same ? "SAME" : "VALID")
    if filter {
      findings.expect(
        name, "dilations", graph: "\(try walk.integers("dilations", of: node, default: [1, 1, 1, 1]))",
        engine: text(1, 1))
    } else {
      findings.expect(
        name, "ksize", graph: "\(try walk.integers("ksize", of: node, default: []))",
        engine: text(window.height, window.width))
    }
  }

  /// Compares a convolution's normalization and activation, once for each node.
  private func check(_ layer: NormalizedLayer) throws(MetaGraphError) {
    guard checkedNodes.insert(layer.convolution).inserted else { return }
    let scope = self.scope(of: layer)
    findings.expect(
      walk.name(layer.activation ?? layer.convolution), "activation",
      graph: layer.activation.map { walk.op($0) } ?? "none", engine: "Relu")
    switch layer.normalization {
    case .none:
      findings.differ(walk.name(layer.convolution), "normalization", graph: "none", engine: "by stored statistics")
    case .bias(let node):
      findings.note("normalization is folded into a bias, so its epsilon cannot be seen", at: walk.name(node))
    case .statistics(let statistics):
      findings.count(.normalizations)
      try check(statistics, scope: scope)
    }
  }

  private func check(_ statistics: NormalizedLayer.Statistics, scope: String?) throws(MetaGraphError) {
    let name = walk.name(statistics.node)
    // The graph stores it as float32.
    let epsilon = Float(InceptionV3Plan.normalizationEpsilon)
    if statistics.epsilon.map({ Float($0) }) != epsilon {
      findings.differ(
        walk.name(statistics.epsilonNode), "epsilon", graph: statistics.epsilon.map { "\(Float($0))" } ?? "no constant",
        engine: "\(epsilon)")
    }
    func expect(_ edge: Edge?, _ variable: String) {
      guard let scope else { return }
      findings.expect(
        name, variable, graph: walk.variableName(edge) ?? edge.map { described($0.node) } ?? "none",
        engine: "\(scope)/BatchNorm/\(variable)")
    }
    expect(statistics.offset, "beta")
    if statistics.usesBatch || (findings.isTraining && walk.variableName(statistics.mean) == nil) {
      findings.differUnlessTraining(
        name, "normalization", graph: "by the statistics of the batch", engine: "by stored statistics")
    } else {
      expect(statistics.mean, "moving_mean")
      expect(statistics.variance, "moving_variance")
    }
    if let scale = statistics.scale, try !walk.isConstant(scale, 1) { expect(scale, "gamma") }
  }

  // MARK: - Words

  /// The scope of a layer's variables, as the graph has it.
  private func scope(of layer: NormalizedLayer) -> String? {
    guard let name = walk.variableName(walk.topology.input(1, of: layer.convolution)), name.hasSuffix("/weights") else {
      return nil
    }
    return String(name.dropLast("/weights".count))
  }

  private func label(_ origin: Origin) -> String {
    switch origin {
    case .layer(let layer):
      guard let scope = scope(of: layer) else { return described(layer.convolution) }
      let root = "\(prefix)InceptionV3/"
      return scope.hasPrefix(root) ? String(scope.dropFirst(root.count)) : scope
    case .pool: return "a pool"
    case .other(let node): return described(node)
    }
  }

  private func label(_ step: InceptionV3Plan.Step) -> String {
    if case .pool = step.operation { return "a pool" }
    return step.name
  }

  private func described(_ node: Int) -> String { "\(walk.op(node)) '\(walk.name(node))'" }

  private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
