internal import Kernels
internal import MetaGraph

/// One call of an LSTM cell in a graph: what goes in, what its gates are, what comes out.
///
/// The gates are told apart by what is done to them: j goes through a hyperbolic tangent; i multiplies it; f multiplies the
/// cell state that comes in; o multiplies the tangent of the one that goes out.
struct CellCall {
  typealias Edge = GraphTopology.Edge
  typealias Gate = LSTMCell.Gate

  /// What is not as in any cell, and the node where it was missed.
  struct Failure: Error {
    let node: Int
    let expected: String
  }

  /// The product of inputs and kernel.
  let product: Int
  /// What the product takes, in order: the input and the hidden state.
  let joined: [Edge]
  let joinNode: Int
  /// The bias that is added.
  let bias: Edge
  let biasNode: Int
  /// The gates in the order of the split.
  let gates: [Gate]
  let splitNode: Int
  /// What is added to gate f, and the node that adds it, or else multiplies by it.
  let forgetBias: Double
  let forgetNode: Int
  /// The cell state that comes in.
  let cell: Edge
  /// The cell state that goes out.
  let newCell: Edge
  /// The hidden state that goes out.
  let newHidden: Edge

  /// Takes a cell apart, from the product with its kernel.
  ///
  /// - Throws: `Failure`, or `MetaGraphError` if the file cannot be read.
  init(product: Int, in walk: GraphWalk) throws {
    self.product = product
    let topology = walk.topology
    guard let join = walk.producer(ofInput: 0, of: product), ["Concat", "ConcatV2"].contains(walk.op(join.node)) else {
      throw Failure(node: product, expected: "input and hidden state joined")
    }
    joinNode = join.node
    let inputs = topology.inputs(of: join.node)
    let isOld = walk.op(join.node) == "Concat"
    guard inputs.count == 3, let axis = try walk.number(isOld ? inputs.first : inputs.last), axis == 1 || axis == -1
    else {
      throw Failure(node: join.node, expected: "two inputs joined along axis 1")
    }
    joined = Array(isOld ? inputs.dropFirst() : inputs.dropLast())

    // In graphs of training the gradients consume the same values; what is computed first comes first in the file.
    func use(_ edge: Edge, by ops: Set<String>, _ expected: String) throws(Failure) -> GraphTopology.Use {
      guard let use = walk.consumers(of: edge).first(where: { ops.contains(walk.op($0.node)) }) else {
        throw Failure(node: edge.node, expected: expected)
      }
      return use
    }
    func other(than use: GraphTopology.Use) -> Edge? { walk.producer(ofInput: 1 - use.position, of: use.node) }

    let sum = try use(Edge(node: product), by: ["BiasAdd", "Add", "AddV2"], "a bias added")
    guard sum.position < 2, let bias = topology.input(1 - sum.position, of: sum.node) else {
      throw Failure(node: sum.node, expected: "a bias added")
    }
    self.bias = bias
    biasNode = sum.node
    let split = try use(Edge(node: sum.node), by: ["Split"], "a split into four gates")
    splitNode = split.node
    guard split.position == 1, try walk.attribute("num_split", of: split.node)?.integer == 4,
      let splitAxis = try walk.number(topology.input(0, of: split.node)), splitAxis == 1 || splitAxis == -1
    else { throw Failure(node: split.node, expected: "a split into four gates along axis 1") }

    var gates: [Gate] = []
    var forget: (bias: Double, node: Int, cell: Edge, product: Int)?
    var outputProduct: Int?
    for output in 0..<4 {
      let gate = Edge(node: split.node, output: output)
      let first = try use(gate, by: ["Tanh", "Sigmoid", "Add", "AddV2"], "a sigmoid or a tangent of gate \(output)")
      if walk.op(first.node) == "Tanh" {
        gates.append(.j)
        continue
      }
      var added: (bias: Double, node: Int)?
      var sigmoid = first
      if walk.op(first.node) != "Sigmoid" {
        guard let number = try walk.number(topology.input(1 - min(first.position, 1), of: first.node)) else {
          throw Failure(node: first.node, expected: "a constant added to a gate")
        }
        added = (number, first.node)
        sigmoid = try use(Edge(node: first.node), by: ["Sigmoid"], "a sigmoid of gate \(output)")
      }
      let multiplied = try use(Edge(node: sigmoid.node), by: ["Mul"], "a product with the sigmoid of gate \(output)")
      guard multiplied.position < 2, let factor = other(than: multiplied) else {
        throw Failure(node: multiplied.node, expected: "a product of two factors")
      }
      let tangentInput = walk.op(factor.node) == "Tanh" ? walk.producer(ofInput: 0, of: factor.node) : nil
      if tangentInput?.node == split.node {
        gates.append(.i)
      } else if tangentInput != nil {
        gates.append(.o)
        outputProduct = multiplied.node
      } else {
        gates.append(.f)
        forget = (added?.bias ?? 0, added?.node ?? sigmoid.node, factor, multiplied.node)
      }
      if gates.last != .f, let added {
        throw Failure(node: added.node, expected: "nothing added to gate \(output), which is not a forget gate")
      }
    }
    guard Set(gates).count == 4, let forget, let outputProduct else {
      throw Failure(node: split.node, expected: "the four gates of an LSTM, each once")
    }
    self.gates = gates
    (forgetBias, forgetNode, cell) = (forget.bias, forget.node, forget.cell)
    let state = try use(Edge(node: forget.product), by: ["Add", "AddV2"], "the new cell state as a sum")
    newCell = Edge(node: state.node)
    newHidden = Edge(node: outputProduct)
    let tangents = [0, 1].compactMap { walk.producer(ofInput: $0, of: outputProduct) }.filter {
      walk.op($0.node) == "Tanh"
    }
    guard tangents.contains(where: { walk.producer(ofInput: 0, of: $0.node) == newCell }) else {
      throw Failure(node: outputProduct, expected: "the tangent of the new cell state put out")
    }
  }
}
