internal import MetaGraph
internal import Tensors

/// An output of a node.
typealias Edge = GraphTopology.Edge

/// A graph for walking: edges by number, attributes read once, nodes that change no value skipped.
///
/// Every step goes toward the inputs of a graph without cycles, so every walk ends.
final class GraphWalk {
  let definition: MetaGraphDefinition
  let topology: GraphTopology
  private var attributes: [Int: [String: AttributeValue]] = [:]

  init(_ definition: MetaGraphDefinition, _ topology: GraphTopology) {
    self.definition = definition
    self.topology = topology
  }

  func name(_ node: Int) -> String { topology.nodes[node].name }
  func op(_ node: Int) -> String { topology.nodes[node].op }

  /// A node's attribute; nil if it is missing, as those with default values may be.
  func attribute(_ key: String, of node: Int) throws(MetaGraphError) -> AttributeValue? {
    if let known = attributes[node] { return known[key] }
    let found = try definition.attributes(of: topology.nodes[node])
    attributes[node] = found
    return found[key]
  }

  /// Operations that pass on their first input, or a copy of it.
  private static let transparent: Set<String> = [
    "Identity", "RefIdentity", "Enter", "RefEnter", "StopGradient", "PreventGradient", "CheckNumerics", "Snapshot",
    "EnsureShape", "ReadVariableOp",
  ]
  /// Operations that change the shape but no value.
  private static let reshaping: Set<String> = ["Squeeze", "ExpandDims", "Reshape"]

  /// What produces a value: the edge before all nodes that only pass it on.
  func producer(of edge: Edge, throughReshaping: Bool = false) -> Edge {
    var edge = edge
    while isTransparent(edge.node, throughReshaping), let input = topology.input(0, of: edge.node) { edge = input }
    return edge
  }

  /// The producer of a node's input; nil if it has fewer.
  func producer(ofInput position: Int, of node: Int, throughReshaping: Bool = false) -> Edge? {
    topology.input(position, of: node).map { producer(of: $0, throughReshaping: throughReshaping) }
  }

  /// What consumes a value, after all nodes that only pass it on, in file order.
  func consumers(of edge: Edge, throughReshaping: Bool = false) -> [GraphTopology.Use] {
    var found: [GraphTopology.Use] = []
    var pending = [edge]
    while let edge = pending.popLast() {
      for use in topology.uses(of: edge.node) where use.output == edge.output {
        if use.position == 0, isTransparent(use.node, throughReshaping) {
          pending.append(Edge(node: use.node))
        } else {
          found.append(use)
        }
      }
    }
    return found.sorted { ($0.node, $0.position) < ($1.node, $1.position) }
  }

  private func isTransparent(_ node: Int, _ throughReshaping: Bool) -> Bool {
    Self.transparent.contains(op(node)) || (throughReshaping && Self.reshaping.contains(op(node)))
  }

  /// The value that enters a dropout: `x / keep` times zeros and ones.
  ///
  /// - Returns: the value and the dropout's last node; the edge itself and nil if it is not a dropout's.
  func behindDropout(_ edge: Edge) -> (edge: Edge, dropout: Int?) {
    guard op(edge.node) == "Mul", let scaled = producer(ofInput: 0, of: edge.node),
      ["RealDiv", "Div", "Mul"].contains(op(scaled.node)), let mask = producer(ofInput: 1, of: edge.node)
    else { return (edge, nil) }
    // Up to TensorFlow 1.12, the mask is random numbers rounded down; later, it is a comparison.
    let isMask =
      op(mask.node) == "Floor"
      || (op(mask.node) == "Cast" && producer(ofInput: 0, of: mask.node).map { op($0.node) } == "GreaterEqual")
    guard isMask, let value = producer(ofInput: 0, of: scaled.node) else { return (edge, nil) }
    return (value, edge.node)
  }

  // MARK: - Variables and constants

  /// The operations whose nodes are variables; in a frozen graph they are constants with the same names.
  private static let holders: Set<String> = ["Variable", "VariableV2", "VarHandleOp", "Const"]

  /// The node of a variable.
  func variable(named name: String) -> Int? {
    topology.index(ofNodeNamed: name).flatMap { Self.holders.contains(op($0)) ? $0 : nil }
  }

  /// The name of the variable that an edge reads; nil if it reads something else.
  func variableName(_ edge: Edge?) -> String? {
    guard let edge else { return nil }
    let producer = producer(of: edge)
    return Self.holders.contains(op(producer.node)) ? name(producer.node) : nil
  }

  /// The shape of a variable, according to its node.
  func shape(ofVariable node: Int) throws(MetaGraphError) -> [Int]? {
    let shape =
      try op(node) == "Const" ? attribute("value", of: node)?.tensor?.shape : attribute("shape", of: node)?.shape
    let dimensions = shape?.dimensions?.compactMap { $0.flatMap { Int(exactly: $0) } }
    return dimensions?.count == shape?.dimensions?.count ? dimensions : nil
  }

  /// The constant that an edge reads.
  func constant(_ edge: Edge?) throws(MetaGraphError) -> TensorConstant? {
    guard let edge else { return nil }
    let producer = producer(of: edge)
    return op(producer.node) == "Const" ? try attribute("value", of: producer.node)?.tensor : nil
  }

  /// The constant number that an edge reads; nil if it is not a constant, or has more than one number.
  func number(_ edge: Edge?) throws(MetaGraphError) -> Double? {
    guard let constant = try constant(edge), constant.shape.elementCount == 1 else { return nil }
    return constant.scalar
  }

  /// The constant whole numbers that an edge reads.
  func integers(_ edge: Edge?) throws(MetaGraphError) -> [Int]? {
    guard let constant = try constant(edge), let width = constant.type.dtype?.byteCount, width == 4 || width == 8,
      constant.type.dtype?.kind == .signedInteger, let bytes = constant.packedElements(maximumByteCount: 1 << 12)
    else { return nil }
    return stride(from: 0, to: bytes.count, by: width).map { start in
      let bits = bytes[start..<start + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return width == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(Int64(bitPattern: bits))
    }
  }

  /// Whether every element of the constant that an edge reads is `value`.
  func isConstant(_ edge: Edge?, _ value: Double) throws(MetaGraphError) -> Bool {
    guard let constant = try constant(edge), let width = constant.type.dtype?.byteCount, constant.scalar == value else {
      return false
    }
    // Elements that are not listed repeat the last one that is.
    return constant.listed.isEmpty
      || stride(from: 0, to: constant.listed.count - width + 1, by: width).allSatisfy {
        constant.listed[$0..<$0 + width] == constant.listed.prefix(width)
      }
  }

  // MARK: - Attributes with their defaults

  func text(_ key: String, of node: Int, default value: String) throws(MetaGraphError) -> String {
    try attribute(key, of: node)?.text ?? value
  }

  func bool(_ key: String, of node: Int, default value: Bool) throws(MetaGraphError) -> Bool {
    try attribute(key, of: node)?.bool ?? value
  }

  func integers(_ key: String, of node: Int, default value: [Int64]) throws(MetaGraphError) -> [Int64] {
    try attribute(key, of: node)?.integers ?? value
  }
}
