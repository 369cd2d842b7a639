internal import Tensors

/// Which constants of a graph are weights, and which variables it has, which tells whether it is frozen at all.
///
/// A weight is a constant that was a variable, as the reads that freezing leaves behind show, or that feeds a weight input of an
/// operation: directly, or through operations that pass on its elements or compute only with constants. Loops, branches and calls of
/// functions are followed. Shapes, axes, paddings, strides, seeds and the like feed no such input.
struct GraphWeights {
  /// The names of variables, whose values are not in the graph, in the order of the graph: nodes that hold one (including those in
  /// functions that can run), and places where one is passed in. Empty for a frozen graph.
  private(set) var variableNames: [String] = []

  private let flow: GraphFlow
  private var evidence: [Evidence]
  /// Whether freezing left marks, so that a constant without one was not a variable.
  private var hasMarks = false
  private let firstPlaces: [String: Int]

  /// What suggests that a constant is a weight.
  private struct Evidence: OptionSet {
    let rawValue: UInt8

    static let marked = Evidence(rawValue: 1)
    static let weight = Evidence(rawValue: 2)
    static let likely = Evidence(rawValue: 4)
    static let range = Evidence(rawValue: 8)
    static let variable = Evidence(rawValue: 16)
  }

  /// Follows the inputs that take weights back to constants.
  init(_ definition: MetaGraphDefinition) throws(MetaGraphError) {
    flow = try GraphFlow(definition)
    evidence = [Evidence](repeating: [], count: flow.count)
    firstPlaces = definition.nodeIndices
    let isConstant = ConstantPlaces(flow)
    var seeds = Seeds()
    for (place, node) in flow.nodes.enumerated() {
      let count = flow.inputCount(of: place)
      if GraphVariable.operations.contains(node.op), node.op != "TemporaryVariable", flow.isReachable(place) {
        variableNames.append(flow.name(of: place))
      }
      if WeightOperations.variableReads.contains(node.op), count > 0, flow.isReachable(place) {
        seeds.variable.append(flow.input(0, of: place))
      }
      if count > 0, node.op == "Identity" || node.op == "RefIdentity", let input = flow.input(0, of: place) {
        if Self.isRead(node.name) || node.name == (flow.node(at: input)?.name).map({ $0 + "/read" }) {
          seeds.marked.append(input)
        }
      }
      if node.op == "Const", Self.isRead(node.name) { seeds.marked.append(place) }
      for inputs in WeightOperations.weightInputs(of: node.op) {
        // Arithmetic with constants is part of something that feeds another operation.
        if inputs.role == .likelyWeight, isConstant[place] { continue }
        for number in inputs.places ?? Array(0..<count) where number < count {
          guard let input = flow.input(number, of: place), isConstant[input] else { continue }
          seeds.add(input, inputs.role)
        }
      }
    }
    reach(seeds.marked, .marked)
    reach(seeds.weight, .weight, ranges: &seeds.range)
    reach(seeds.likely, .likely, ranges: &seeds.range)
    reach(seeds.range, .range)
    reach(seeds.variable, .variable)
    for place in flow.nodes.indices where evidence[place].contains(.variable) {
      if ["Placeholder", "_Arg"].contains(flow.nodes[place].op) { variableNames.append(flow.name(of: place)) }
    }
    hasMarks =
      !variableNames.isEmpty
      || flow.nodes.indices.contains { flow.nodes[$0].op == "Const" && evidence[$0].contains(.marked) }
  }

  /// Whether some constants were variables: then the graph was frozen, at least partly.
  var hasFrozenVariables: Bool {
    flow.nodes.indices.contains { flow.nodes[$0].op == "Const" && evidence[$0].contains(.marked) }
  }

  /// Whether the constant with a name, dtype and shape is a weight.
  func isWeight(_ name: String, _ dtype: DType, _ shape: Shape) -> Bool {
    firstPlaces[name].map { isWeight(at: $0, dtype, shape) } ?? false
  }

  /// Nodes of functions that may be weights.
  var candidatesInFunctions: [(place: Int, node: GraphNode)] {
    (flow.mainCount..<flow.nodes.count).compactMap { place in
      let node = flow.nodes[place]
      return node.op == "Const" && !evidence[place].isEmpty && flow.isReachable(place) ? (place, node) : nil
    }
  }

  /// Whether the constant at a place is a weight.
  func isWeight(at place: Int, _ dtype: DType, _ shape: Shape) -> Bool {
    let evidence = evidence[place]
    guard shape.elementCount > 0 else { return false }
    if evidence.contains(.marked) { return true }
    if evidence.contains(.range), dtype.kind != .string { return true }
    guard shape.rank > 0 else { return false }
    if evidence.contains(.weight), dtype.holdsWeights { return true }
    return evidence.contains(.likely) && !hasMarks && dtype.isFloatLike && !Self.isMadeUp(flow.nodes[place].name)
  }

  /// Whether a name is one that TensorFlow gives to constants in expressions, such as `Const_1`, `sub/y` and `mul/x`, but to no variable.
  private static func isMadeUp(_ name: String) -> Bool {
    guard let last = name.split(separator: "/").last else { return false }
    if ["x", "y"].contains(last) { return true }
    guard last.hasPrefix("Const") else { return false }
    let rest = last.dropFirst(5)
    return rest.isEmpty || rest.first == "_" && rest.dropFirst().allSatisfy(\.isNumber)
  }

  /// Whether a name is one that reads of resource variables get: `ReadVariableOp`, `ReadVariableOp_1`, or their `resource`.
  ///
  /// - Source: TensorFlow `python/framework/convert_to_constants.py`, which keeps the names of nodes.
  static func isRead(_ name: String) -> Bool {
    guard name.utf8.count >= read.utf8.count else { return false }
    var parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count > 1, parts.last == "resource" { parts.removeLast() }
    guard let last = parts.last, last.hasPrefix(read) else { return false }
    let rest = last.dropFirst(read.count)
    return rest.isEmpty || rest.first == "_" && rest.dropFirst().allSatisfy(\.isNumber)
  }

  private static let read = "ReadVariableOp"

  // MARK: - Walking

  /// Where walks begin.
  private struct Seeds {
    var marked: [Int?] = []
    var weight: [Int?] = []
    var likely: [Int?] = []
    var range: [Int?] = []
    var variable: [Int?] = []

    mutating func add(_ place: Int, _ role: WeightOperations.Role) {
      switch role {
      case .weight: weight.append(place)
      case .likelyWeight: likely.append(place)
      case .range: range.append(place)
      }
    }
  }

  /// Walks back through operations that only pass on an input.
  private mutating func reach(_ seeds: [Int?], _ kind: Evidence) {
    var waiting = seeds
    while let next = waiting.popLast() {
      guard let place = next, !evidence[place].contains(kind) else { continue }
      evidence[place].insert(kind)
      if let node = flow.node(at: place) {
        if WeightOperations.forwarding.contains(node.op), flow.inputCount(of: place) > 0 {
          waiting.append(flow.input(0, of: place))
        }
      } else {
        waiting += flow.inputs(of: place)
      }
    }
  }

  /// Walks back through operations that pass on elements or compute with them; the ranges of quantized elements are walked separately.
  private mutating func reach(_ seeds: [Int?], _ kind: Evidence, ranges: inout [Int?]) {
    var waiting = seeds
    while let next = waiting.popLast() {
      guard let place = next, !evidence[place].contains(kind) else { continue }
      evidence[place].insert(kind)
      guard let node = flow.node(at: place) else {
        waiting += flow.inputs(of: place)
        continue
      }
      guard let inputs = WeightOperations.dataInputs(of: node.op, count: flow.inputCount(of: place)) else { continue }
      for number in inputs {
        if number > 0, WeightOperations.rangedOperations.contains(node.op) {
          ranges.append(flow.input(number, of: place))
        } else {
          waiting.append(flow.input(number, of: place))
        }
      }
    }
  }
}

/// Which places of a graph have the same value in every run, as far as their operations tell.
private struct ConstantPlaces {
  private var isConstant: [Bool]

  init(_ flow: GraphFlow) {
    isConstant = [Bool](repeating: true, count: flow.count)
    // The number of places that each place feeds with its elements.
    var consumerCounts = [Int](repeating: 0, count: flow.count + 1)
    var varying: [Int] = []
    func forEachData(of place: Int, _ body: (Int?) -> Void) {
      guard let node = flow.node(at: place) else {
        for input in flow.inputs(of: place) { body(input) }
        if flow.inputCount(of: place) == 0 { body(nil) }
        return
      }
      if node.op == "Const" { return }
      let count = flow.inputCount(of: place)
      guard let inputs = WeightOperations.dataInputs(of: node.op, count: count) else { return body(nil) }
      for number in WeightOperations.choosing.contains(node.op) ? 0..<count : inputs {
        body(flow.input(number, of: place))
      }
    }
    for place in 0..<flow.count {
      forEachData(of: place) { input in
        if let input {
          consumerCounts[input + 1] += 1
        } else if isConstant[place] {
          isConstant[place] = false
          varying.append(place)
        }
      }
    }
    var starts = consumerCounts
    for place in 0..<flow.count { starts[place + 1] += starts[place] }
    var ends = starts
    var consumers = [Int32](repeating: 0, count: starts[flow.count])
    for place in 0..<flow.count {
      forEachData(of: place) { input in
        guard let input else { return }
        consumers[ends[input]] = Int32(place)
        ends[input] += 1
      }
    }
    while let place = varying.popLast() {
      for consumer in consumers[starts[place]..<starts[place + 1]] where isConstant[Int(consumer)] {
        isConstant[Int(consumer)] = false
        varying.append(Int(consumer))
      }
    }
  }

  subscript(place: Int) -> Bool { isConstant[place] }
}

extension DType {
  /// Whether a convolution, a product or a table may have weights of this type. Integers of 32 bits and more are indices.
  fileprivate var holdsWeights: Bool {
    switch self {
    case .int32, .int64, .uint32, .uint64, .int16, .uint16: false
    default: kind != .string && kind != .bool && kind != .opaque
    }
  }

  fileprivate var isFloatLike: Bool { kind == .float || kind == .complex }
}
