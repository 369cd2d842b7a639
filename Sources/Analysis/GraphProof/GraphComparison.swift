package import MetaGraph

/// Whether a graph computes what the engine computes, node by node.
///
/// The graph that was saved with a checkpoint says how its variables are used: which convolution strides by how much, in
/// which order maps are joined, what is added to a variance. Each of these is compared with the engine's plan.
public struct GraphComparison: Sendable {
  /// What the graph is for.
  public enum Kind: Sendable, Equatable {
    /// Captioning, one word at a time.
    case inference
    /// Training; what captioning shares with it is compared. Carries the node that shows it.
    case training(node: String)
    /// Not im2txt: fewer than half of the convolutions' variables exist.
    case other(foundCount: Int, expectedCount: Int)
  }

  /// Something that the graph does differently.
  public struct Difference: Sendable, Hashable {
    /// The node of the graph; if there is none, the variable or layer that is missing.
    public let node: String
    /// What differs, such as `stride`.
    public let property: String
    /// What the graph says.
    public let graph: String
    /// What the engine does.
    public let engine: String

    /// A difference at a node.
    public init(node: String, property: String, graph: String, engine: String) {
      self.node = node
      self.property = property
      self.graph = graph
      self.engine = engine
    }
  }

  /// Something that does not count as a difference but is good to know, such as a part that is not in the graph.
  public struct Note: Sendable, Hashable {
    /// The node that it concerns, or the first of several.
    public let node: String
    /// A sentence without its period.
    public let text: String
  }

  /// A part of the model, for counting what was compared.
  public enum Part: String, Sendable, CaseIterable {
    /// Steps from the file to the network's input.
    case preprocessing
    /// Convolutions with their filters.
    case convolutions
    /// Normalizations with their statistics.
    case normalizations
    /// Pools, the last one included.
    case pools
    /// Joined maps.
    case concatenations
    /// Products with the image embedding, and look-ups in the word embedding.
    case embeddings
    /// Calls of the LSTM's cell.
    case cells
    /// Products with the logits' weights.
    case logits
  }

  /// What the graph is for.
  public let kind: Kind
  /// The TensorFlow release that wrote the graph; empty if it does not say.
  public let tensorFlowVersion: String
  /// How many of each part were compared, equal or not.
  public let counts: [Part: Int]
  /// What the graph does differently, in the order of the engine's plan.
  public let differences: [Difference]
  /// What else is good to know.
  public let notes: [Note]

  /// Whether everything that is in the graph agrees, and the graph is im2txt's.
  public var agrees: Bool {
    if case .other = kind { return false }
    return differences.isEmpty
  }

  /// Compares a graph with the engine's plan.
  ///
  /// Reads the attributes of a few hundred nodes from the graph's file; takes milliseconds.
  /// - Throws: `MetaGraphError` for an invalid graph: names that occur twice, inputs that nothing produces, nodes that
  ///   wait for each other; also if the file cannot be read. `EngineError` if the layers' widths in the graph are
  ///   unreasonable.
  package init(of definition: MetaGraphDefinition) throws {
    let walk = GraphWalk(definition, try GraphTopology(definition))
    tensorFlowVersion = definition.tensorFlowVersion
    let findings = Findings()
    let network = try NetworkComparison(walk, findings)
    guard network.foundCount * 2 >= network.expectedCount else {
      kind = .other(foundCount: network.foundCount, expectedCount: network.expectedCount)
      counts = [:]
      differences = []
      notes = []
      return
    }
    let trainingNode = TrainingSigns.node(in: definition)
    findings.isTraining = trainingNode != nil
    try network.compare()
    try DecoderComparison(walk: walk, findings: findings, network: network).compare()
    kind = trainingNode.map { .training(node: $0) } ?? .inference
    counts = findings.counts
    differences = findings.differences
    notes = findings.notes
  }
}

/// What shows that a graph was made for training.
enum TrainingSigns {
  /// The first node that only training has; nil if there is none.
  static func node(in definition: MetaGraphDefinition) -> String? {
    definition.nodes.first { node in
      operations.contains(node.op) || prefixes.contains { node.op.hasPrefix($0) }
    }?.name
  }

  private static let operations: Set<String> = [
    "SparseSoftmaxCrossEntropyWithLogits", "SoftmaxCrossEntropyWithLogits", "Conv2DBackpropFilter",
  ]
  /// Prefixes of optimizers' steps, such as `ApplyGradientDescent`.
  private static let prefixes = ["ApplyG", "ApplyM", "ApplyA", "ApplyRMS", "ApplyF", "ResourceApply"]
}
