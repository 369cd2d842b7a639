internal import MetaGraph

/// A convolution with what follows it: a normalization or a bias, and an activation.
struct NormalizedLayer {
  /// How the convolution's output is shifted and scaled.
  enum Normalization {
    /// Not at all.
    case none
    /// By a bias alone, as after folding.
    case bias(node: Int)
    /// By statistics.
    case statistics(Statistics)
  }

  /// `offset + scale (x - mean) / sqrt(variance + epsilon)`, in one operation or in several.
  struct Statistics {
    /// The node that names it.
    var node: Int
    var mean: Edge?
    var variance: Edge?
    var offset: Edge?
    /// Nil if it is 1 by construction.
    var scale: Edge?
    var epsilon: Double?
    /// The node that has the epsilon.
    var epsilonNode: Int
    /// Whether the statistics are those of the batch.
    var usesBatch: Bool
  }

  /// The `Conv2D`.
  let convolution: Int
  let normalization: Normalization
  /// The activation's node; nil if there is none.
  let activation: Int?

  /// The layer whose output an edge is; nil if it is not a convolution's.
  init?(endingAt edge: Edge, in walk: GraphWalk) throws(MetaGraphError) {
    var current = walk.producer(of: edge)
    var activation: Int?
    if Self.activations.contains(walk.op(current.node)), let input = walk.producer(ofInput: 0, of: current.node) {
      activation = current.node
      current = input
    }
    guard let (convolution, normalization) = try Self.normalization(current, walk) else { return nil }
    self.convolution = convolution
    self.normalization = normalization
    self.activation = activation
  }

  private static let activations: Set<String> = [
    "Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus", "Softsign",
  ]

  static func isConvolution(_ op: String) -> Bool { op.contains("Conv2") && !op.contains("Backprop") }

  private static func normalization(
    _ edge: Edge, _ walk: GraphWalk
  ) throws(MetaGraphError) -> (convolution: Int, Normalization)? {
    let node = edge.node
    let op = walk.op(node)
    if isConvolution(op) { return (node, .none) }
    guard let first = walk.producer(ofInput: 0, of: node) else { return nil }
    if op.hasPrefix("FusedBatchNorm") || op == "_FusedBatchNormEx" {
      guard isConvolution(walk.op(first.node)) else { return nil }
      let topology = walk.topology
      let statistics = Statistics(
        node: node, mean: topology.input(3, of: node), variance: topology.input(4, of: node),
        offset: topology.input(2, of: node), scale: topology.input(1, of: node),
        epsilon: try walk.attribute("epsilon", of: node)?.float.map(Double.init) ?? 0.0001, epsilonNode: node,
        usesBatch: try walk.bool("is_training", of: node, default: true))
      return (first.node, .statistics(statistics))
    }
    if op == "BatchNormWithGlobalNormalization" {
      guard isConvolution(walk.op(first.node)) else { return nil }
      let topology = walk.topology
      let isScaled = try walk.bool("scale_after_normalization", of: node, default: true)
      let statistics = Statistics(
        node: node, mean: topology.input(1, of: node), variance: topology.input(2, of: node),
        offset: topology.input(3, of: node), scale: isScaled ? topology.input(4, of: node) : nil,
        epsilon: try walk.attribute("variance_epsilon", of: node)?.float.map(Double.init), epsilonNode: node,
        usesBatch: false)
      return (first.node, .statistics(statistics))
    }
    guard ["Add", "AddV2", "BiasAdd"].contains(op), let second = walk.producer(ofInput: 1, of: node) else { return nil }
    for (value, shift) in [(first, second), (second, first)] {
      if isConvolution(walk.op(value.node)) { return (value.node, .bias(node: node)) }
      if let found = try primitive(value, shift, walk) { return found }
    }
    return nil
  }

  /// What `tf.nn.batch_normalization` builds: `x factor + (offset - mean factor)` with `factor = rsqrt(variance + epsilon)`,
  /// times the scale if there is one.
  private static func primitive(
    _ value: Edge, _ shift: Edge, _ walk: GraphWalk
  ) throws(MetaGraphError) -> (convolution: Int, Normalization)? {
    guard walk.op(value.node) == "Mul", walk.op(shift.node) == "Sub", let product = operands(of: value.node, walk),
      let offset = walk.topology.input(0, of: shift.node), let subtrahend = walk.producer(ofInput: 1, of: shift.node),
      walk.op(subtrahend.node) == "Mul", let means = operands(of: subtrahend.node, walk)
    else { return nil }
    for (input, factor) in [product, (product.1, product.0)] where isConvolution(walk.op(input.node)) {
      guard let mean = means.0 == factor ? means.1 : means.1 == factor ? means.0 : nil else { return nil }
      var root = factor
      var scale: Edge?
      if walk.op(factor.node) == "Mul", let parts = operands(of: factor.node, walk) {
        (root, scale) = walk.op(parts.0.node) == "Rsqrt" ? (parts.0, parts.1) : (parts.1, parts.0)
      }
      guard walk.op(root.node) == "Rsqrt", let sum = walk.producer(ofInput: 0, of: root.node),
        ["Add", "AddV2"].contains(walk.op(sum.node)), let terms = operands(of: sum.node, walk)
      else { return nil }
      let secondNumber = try walk.number(terms.1)
      let (variance, epsilon) = secondNumber == nil ? (terms.1, terms.0) : (terms.0, terms.1)
      let statistics = Statistics(
        node: value.node, mean: mean, variance: variance, offset: offset, scale: scale,
        epsilon: try walk.number(epsilon), epsilonNode: epsilon.node, usesBatch: false)
      return (input.node, .statistics(statistics))
    }
    return nil
  }

  /// What the two inputs of a node are.
  private static func operands(of node: Int, _ walk: GraphWalk) -> (Edge, Edge)? {
    guard let first = walk.producer(ofInput: 0, of: node), let second = walk.producer(ofInput: 1, of: node) else {
      return nil
    }
    return (first, second)
  }
}
