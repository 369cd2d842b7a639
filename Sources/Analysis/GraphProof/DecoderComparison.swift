internal import Kernels
internal import MetaGraph
internal import ModelMapping

/// Compares a graph's embeddings, its LSTM and its logits with what the engine's decoder does.
struct DecoderComparison {
  let walk: GraphWalk
  let findings: Findings
  let network: NetworkComparison

  /// Where the input of a cell comes from.
  private enum Input {
    case image, word
    /// The words of a caption, one at a time, in a training loop.
    case loop
    case other(Int)
  }

  func compare() throws {
    try compareImageEmbedding()
    let calls = try cellCalls()
    var takesImage = false
    var takesWord = false
    for call in calls {
      try compare(call)
      let inputs = try call.joined.map { try input($0) }
      compareOrder(of: inputs, in: call)
      try compareStates(of: call, input: inputs[0])
      for case .image in inputs { takesImage = true }
      for case .word in inputs { takesWord = true }
    }
    if !findings.isTraining, !calls.isEmpty {
      for (isTaken, what) in [(takesImage, "image"), (takesWord, "word")] where !isTaken {
        findings.differ(
          walk.name(calls[0].product), "input", graph: "no \(what) goes through the cell",
          engine: "the image first, then words")
      }
    }
    try compareLogits(calls)
  }

  // MARK: - Embeddings

  private func compareImageEmbedding() throws {
    for node in try products(with: "image_embedding/weights") {
      findings.count(.embeddings)
      if let input = walk.topology.input(0, of: node) { try network.compareFeatures(input, reader: node) }
    }
  }

  /// What a cell takes as input besides its state.
  private func input(_ edge: Edge) throws(MetaGraphError) -> Input {
    let kept = walk.behindDropout(walk.producer(of: edge, throughReshaping: true))
    if let dropout = kept.dropout {
      findings.differUnlessTraining(walk.name(dropout), "dropout", graph: "drops values at random", engine: "none")
    }
    let source = walk.producer(of: kept.edge, throughReshaping: true).node
    switch walk.op(source) {
    case "MatMul" where reads(source, 1, "image_embedding/weights"): return .image
    case "Gather", "GatherV2", "ResourceGather":
      findings.count(.embeddings)
      let table = walk.topology.input(0, of: source)
      findings.expect(
        walk.name(source), "table", graph: walk.variableName(table) ?? "no variable", engine: name("seq_embedding/map"))
      if walk.op(source) == "GatherV2" {
        let axis = try walk.number(walk.topology.input(2, of: source))
        findings.expect(walk.name(source), "axis", graph: axis.map { "\($0)" } ?? "no constant", engine: "0.0")
      }
      return .word
    case let op where op.hasPrefix("TensorArrayRead"): return .loop
    default: return .other(source)
    }
  }

  // MARK: - Cells

  private func cellCalls() throws -> [CellCall] {
    let kernels = NamingEra.allCases.map { "lstm/\($0.kernelSuffix)" }
    let kernel = kernels.first { walk.variable(named: name($0)) != nil } ?? kernels[0]
    var calls: [CellCall] = []
    for node in try products(with: kernel) {
      findings.count(.cells)
      do {
        calls.append(try CellCall(product: node, in: walk))
      } catch let failure as CellCall.Failure {
        findings.differ(
          walk.name(failure.node), "LSTM", graph: walk.op(failure.node), engine: "expects \(failure.expected) here")
      }
    }
    return calls
  }

  private func compare(_ call: CellCall) throws(MetaGraphError) {
    findings.expect(
      walk.name(call.splitNode), "order of the gates", graph: Self.text(call.gates),
      engine: Self.text(LSTMCell.Gate.allCases))
    findings.expect(
      walk.name(call.forgetNode), "forget bias", graph: "\(Float(call.forgetBias))", engine: "\(LSTMCell.forgetBias)")
    let biases = NamingEra.allCases.map { name("lstm/\($0.biasSuffix)") }
    let bias = walk.variableName(call.bias)
    if bias.map({ !biases.contains($0) }) ?? true {
      findings.differ(walk.name(call.biasNode), "bias", graph: bias ?? "no variable", engine: biases[biases.count - 1])
    }
  }

  /// Checks that the input comes before the hidden state.
  private func compareOrder(of inputs: [Input], in call: CellCall) {
    guard case .other(let source) = inputs[0] else { return }
    if case .other = inputs[1] {
      findings.differ(
        walk.name(call.joinNode), "input", graph: "\(walk.op(source)) '\(walk.name(source))'",
        engine: "the embedding of an image or a word")
    } else {
      findings.differ(walk.name(call.joinNode), "order", graph: "hidden state, input", engine: "input, hidden state")
    }
  }

  private static func text(_ gates: [LSTMCell.Gate]) -> String { gates.map { "\($0)" }.joined(separator: ", ") }

  /// Checks that the state is zero before the image, and is fed and fetched in the same order with words.
  private func compareStates(of call: CellCall, input: Input) throws(MetaGraphError) {
    let hidden = call.joined[1]
    switch input {
    case .image:
      for (edge, part) in [(call.cell, "cell state"), (hidden, "hidden state")] where try !isZero(edge) {
        let node = walk.producer(of: edge).node
        findings.differ(
          walk.name(call.joinNode), part, graph: "\(walk.op(node)) '\(walk.name(node))'",
          engine: "zeros before the image")
      }
      if !findings.isTraining { expectJoined(call) }
    case .word:
      let (cell, state) = (walk.producer(of: call.cell), walk.producer(of: hidden))
      guard cell.node == state.node, walk.op(cell.node) == "Split" else { return }
      findings.expect(
        walk.name(cell.node), "order of the state", graph: cell.output < state.output ? "cell, hidden" : "hidden, cell",
        engine: "cell, hidden")
      expectJoined(call)
    case .loop, .other: break
    }
  }

  /// Compares the order in which a new state's parts are joined; if they are not joined, there is nothing to compare.
  private func expectJoined(_ call: CellCall) {
    for use in walk.consumers(of: call.newCell) where ["Concat", "ConcatV2"].contains(walk.op(use.node)) {
      let parts = walk.topology.inputs(of: use.node).map { walk.producer(of: $0) }
      guard let cell = parts.firstIndex(of: call.newCell), let hidden = parts.firstIndex(of: call.newHidden) else {
        continue
      }
      findings.expect(
        walk.name(use.node), "order of the state", graph: cell < hidden ? "cell, hidden" : "hidden, cell",
        engine: "cell, hidden")
    }
  }

  private func isZero(_ edge: Edge) throws(MetaGraphError) -> Bool {
    let node = walk.producer(of: edge).node
    return switch walk.op(node) {
    case "ZerosLike": true
    case "Fill": try walk.isConstant(walk.topology.input(1, of: node), 0)
    default: try walk.isConstant(Edge(node: node), 0)
    }
  }

  // MARK: - Logits

  private func compareLogits(_ calls: [CellCall]) throws {
    for node in try products(with: "logits/weights") {
      findings.count(.logits)
      if let input = walk.producer(ofInput: 0, of: node, throughReshaping: true), !findings.isTraining,
        !calls.contains(where: { $0.newHidden == input })
      {
        findings.differ(
          walk.name(node), "input", graph: "\(walk.op(input.node)) '\(walk.name(input.node))'",
          engine: "the cell's new hidden state")
      }
      let sums = walk.consumers(of: Edge(node: node)).filter { ["BiasAdd", "Add", "AddV2"].contains(walk.op($0.node)) }
      guard let sum = sums.first, sum.position < 2 else {
        findings.differ(walk.name(node), "bias", graph: "none", engine: name("logits/biases"))
        continue
      }
      findings.expect(
        walk.name(sum.node), "bias",
        graph: walk.variableName(walk.topology.input(1 - sum.position, of: sum.node)) ?? "no variable",
        engine: name("logits/biases"))
      guard !findings.isTraining else { continue }
      if !walk.consumers(of: Edge(node: sum.node), throughReshaping: true).contains(where: {
        walk.op($0.node) == "Softmax"
      }) {
        findings.differ(walk.name(sum.node), "softmax", graph: "none", engine: "turns logits into probabilities")
      }
    }
  }

  // MARK: - Products

  /// The products whose second factor is a variable; if there are none, that is a difference.
  private func products(with variable: String) throws -> [Int] {
    guard let holder = walk.variable(named: name(variable)) else {
      findings.differ(name(variable), "variable", graph: "no variable with that name", engine: "reads it")
      return []
    }
    let nodes = try walk.consumers(of: Edge(node: holder))
      .filter { try $0.position == 1 && walk.op($0.node) == "MatMul" && !isGradient($0.node) }.map(\.node)
    if nodes.isEmpty {
      findings.differ(
        name(variable), "use", graph: "no product has it as its second factor", engine: "multiplies by it")
    }
    return nodes
  }

  /// Whether a product belongs to a gradient, which multiplies by the transposed variable.
  private func isGradient(_ node: Int) throws(MetaGraphError) -> Bool {
    let isTransposed = try walk.bool("transpose_b", of: node, default: false)
    if isTransposed, !findings.isTraining {
      findings.differ(walk.name(node), "transpose_b", graph: "true", engine: "false")
    }
    return isTransposed
  }

  private func reads(_ node: Int, _ position: Int, _ variable: String) -> Bool {
    walk.variableName(walk.topology.input(position, of: node)) == name(variable)
  }

  private func name(_ variable: String) -> String { network.prefix + variable }
}
