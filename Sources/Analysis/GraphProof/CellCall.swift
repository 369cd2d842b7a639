internal import Kernels
internal import MetaGraph

/// One call of an LSTM cell in a graph: what goes in, what its gates are, what comes out.
///
/// The gates are recognized by their use: j goes through a hyperbolic tangent; i multiplies it; f multiplies the
/// incoming cell state; o multiplies the tangent of the outgoing one.
struct CellCall {
  /// Something that a cell must have, and the node where it is missing.
  struct Failure: Error {
    let node: Int
    let expected: String
  }

  /// The product of inputs and kernel.
  let product: Int
  /// The factors that are joined before the product, in order: the input and the hidden state.
  let joined: [Edge]
  let joinNode: Int
  /// The bias that is added.
  let bias: Edge
  let biasNode: Int
  /// The gates in the order of the split.
  let gates: [LSTMCell.Gate]
  let splitNode: Int
  /// The number that is added to gate f, and the node that adds it or, if none is added, the node that multiplies by
  /// the gate.
  let forgetBias: Double
  let forgetNode: Int
  /// The incoming cell state.
  let cell: Edge
  /// The outgoing cell state.
  let newCell: Edge
  /// The outgoing hidden state.
  let newHidden: Edge

  /// Takes a cell apart, starting from the product with its kernel.
  ///
  /// - Throws: `Failure`, or `MetaGraphError` if the file cannot be read.
  init(product: Int, in walk: GraphWalk) throws {
    let parts = CellParts(walk: walk)
    self.product = product
    (joinNode, joined) = try parts.join(before: product)
    (biasNode, bias) = try parts.bias(after: product)
    splitNode = try parts.split(after: biasNode)
    let found = try (0..<4).map { [splitNode] output in try parts.gate(output, of: splitNode) }
    gates = found.map(\.kind)
    guard Set(gates).count == 4, let forget = found.first(where: { $0.kind == .f }),
      let output = found.first(where: { $0.kind == .o })
    else { throw Failure(node: splitNode, expected: "the four gates of an LSTM, each once") }
    (forgetBias, forgetNode, cell) = (forget.added?.value ?? 0, forget.added?.node ?? forget.sigmoid, forget.factor)
    newCell = try parts.newCell(after: forget.product)
    newHidden = Edge(node: output.product)
    guard parts.putsOut(newCell, at: output.product) else {
      throw Failure(node: output.product, expected: "the output as a product with the tangent of the new cell state")
    }
  }
}

/// Finds the parts of a cell, starting from its product.
private struct CellParts {
  typealias Failure = CellCall.Failure

  /// What is done to one output of the split.
  struct GateUse {
    let kind: LSTMCell.Gate
    /// The constant that is added before the sigmoid, and the node that adds it.
    let added: (value: Double, node: Int)?
    let sigmoid: Int
    /// The product with the sigmoid, and its other factor; for gate j, which has no sigmoid, the tangent's node.
    let product: Int
    let factor: Edge
  }

  let walk: GraphWalk

  /// The node that joins the product's input and hidden state along the last axis, and the two.
  func join(before product: Int) throws -> (node: Int, inputs: [Edge]) {
    guard let join = walk.producer(ofInput: 0, of: product), ["Concat", "ConcatV2"].contains(walk.op(join.node)) else {
      throw Failure(node: product, expected: "input and hidden state joined")
    }
    let inputs = walk.topology.inputs(of: join.node)
    // The axis came first in old graphs, and comes last in newer ones.
    let isOld = walk.op(join.node) == "Concat"
    guard inputs.count == 3, isLastAxis(try walk.number(isOld ? inputs.first : inputs.last)) else {
      throw Failure(node: join.node, expected: "two inputs joined along axis 1")
    }
    return (join.node, Array(isOld ? inputs.dropFirst() : inputs.dropLast()))
  }

  /// The node that adds the bias to the product, and the bias.
  func bias(after product: Int) throws(Failure) -> (node: Int, bias: Edge) {
    let sum = try use(Edge(node: product), by: ["BiasAdd", "Add", "AddV2"], "a bias added")
    guard sum.position < 2, let bias = walk.topology.input(1 - sum.position, of: sum.node) else {
      throw Failure(node: sum.node, expected: "a bias added")
    }
    return (sum.node, bias)
  }

  /// The node that splits the sum into four gates.
  func split(after sum: Int) throws -> Int {
    let split = try use(Edge(node: sum), by: ["Split"], "a split into four gates")
    guard split.position == 1, try walk.attribute("num_split", of: split.node)?.integer == 4,
      isLastAxis(try walk.number(walk.topology.input(0, of: split.node)))
    else { throw Failure(node: split.node, expected: "a split into four gates along axis 1") }
    return split.node
  }

  /// Determines from its use which gate an output of the split is.
  func gate(_ output: Int, of split: Int) throws -> GateUse {
    let ops: Set<String> = ["Tanh", "Sigmoid", "Add", "AddV2"]
    let first = try use(Edge(node: split, output: output), by: ops, "a sigmoid or a tangent of gate \(output)")
    if walk.op(first.node) == "Tanh" {
      return GateUse(kind: .j, added: nil, sigmoid: first.node, product: first.node, factor: Edge(node: first.node))
    }
    var added: (value: Double, node: Int)?
    var sigmoid = first
    if walk.op(first.node) != "Sigmoid" {
      guard let number = try walk.number(walk.topology.input(1 - min(first.position, 1), of: first.node)) else {
        throw Failure(node: first.node, expected: "a constant added to a gate")
      }
      added = (number, first.node)
      sigmoid = try use(Edge(node: first.node), by: ["Sigmoid"], "a sigmoid of gate \(output)")
    }
    let product = try use(Edge(node: sigmoid.node), by: ["Mul"], "a product with the sigmoid of gate \(output)")
    guard product.position < 2, let factor = walk.producer(ofInput: 1 - product.position, of: product.node) else {
      throw Failure(node: product.node, expected: "a product of two factors")
    }
    let tangentOf = walk.op(factor.node) == "Tanh" ? walk.producer(ofInput: 0, of: factor.node) : nil
    let kind: LSTMCell.Gate = tangentOf.map { $0.node == split ? .i : .o } ?? .f
    if kind != .f, let added {
      throw Failure(node: added.node, expected: "nothing added to gate \(output), which is not a forget gate")
    }
    return GateUse(kind: kind, added: added, sigmoid: sigmoid.node, product: product.node, factor: factor)
  }

  /// The outgoing cell state: the sum of what is kept and what is new.
  func newCell(after product: Int) throws(Failure) -> Edge {
    Edge(node: try use(Edge(node: product), by: ["Add", "AddV2"], "the new cell state as a sum").node)
  }

  /// Whether a product multiplies the tangent of a cell state.
  func putsOut(_ cell: Edge, at product: Int) -> Bool {
    [0, 1].compactMap { walk.producer(ofInput: $0, of: product) }.contains { factor in
      walk.op(factor.node) == "Tanh" && walk.producer(ofInput: 0, of: factor.node) == cell
    }
  }

  private func isLastAxis(_ axis: Double?) -> Bool { axis == 1 || axis == -1 }

  /// The first use by one of some operations. In training graphs, the gradients consume the same values, but nodes that
  /// are computed earlier come first in the file.
  private func use(_ edge: Edge, by ops: Set<String>, _ expected: String) throws(Failure) -> GraphTopology.Use {
    guard let use = walk.consumers(of: edge).first(where: { ops.contains(walk.op($0.node)) }) else {
      throw Failure(node: edge.node, expected: expected)
    }
    return use
  }
}
