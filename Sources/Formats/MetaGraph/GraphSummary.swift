internal import Bytes
internal import Files
internal import Messages

/// What a `.meta` file says about its checkpoint: the release that wrote it, and which variables there are.
///
/// A full walk keeps thousands of nodes; for these few facts, names and operations are only looked at, and nothing is kept.
package struct GraphSummary: Sendable, Equatable {
  /// What matters about a variable when it is saved.
  package struct Variable: Sendable, Hashable {
    /// Its name in checkpoints.
    package let savedName: String
    /// Whether training changes it.
    package let isTrainable: Bool
    /// Whether it is local to a session, such as a reader's count of epochs, and is never saved.
    package let isLocal: Bool
    /// Whether a layer declared it as part of the model (`model_variables`), trained or not.
    package let isOfModel: Bool
  }

  /// The TensorFlow release that wrote the graph; empty if it does not say.
  package let tensorFlowVersion: String
  /// The nodes, those of functions not included.
  package let nodeCount: Int
  /// The variables, in order of their names in the graph.
  package let variables: [Variable]

  /// The summary of an open graph.
  package init(_ definition: MetaGraphDefinition) {
    tensorFlowVersion = definition.tensorFlowVersion
    nodeCount = definition.nodes.count
    variables = definition.variables.map(Variable.init)
  }

  /// Reads the summary of a `.meta` file.
  ///
  /// - Throws: `MetaGraphError`, as `MetaGraphFile` does, for a file that is not a graph and for damage outside nodes' attributes.
  package init(path: String) throws(MetaGraphError) {
    let source = try WireFile(opening: path) { .notMetaGraph($0) }
    // Larger files have large constants, which the other walk skips without reading. It can also tell what a file is if it is
    // not a graph.
    guard source.file.byteCount <= Self.maximumByteCount, let summary = try Self.walk(source.file) else {
      self = GraphSummary(try MetaGraphFile(path: path).definition)
      return
    }
    self = summary
  }

  private init(tensorFlowVersion: String, nodeCount: Int, variables: [Variable]) {
    self.tensorFlowVersion = tensorFlowVersion
    self.nodeCount = nodeCount
    self.variables = variables
  }

  /// The most that is read at once.
  private static let maximumByteCount = 1 << 24

  /// Returns nil if the file is not a graph, or is damaged.
  private static func walk(_ file: InputFile) throws(MetaGraphError) -> GraphSummary? {
    let bytes = try MetaGraphError.wrap(file.path, file.read(at: 0, count: file.byteCount))
    var walk = SummaryWalk()
    guard (try? walk.readMetaGraph(bytes.rawSpan)) != nil, walk.hasContent else { return nil }
    return GraphSummary(
      tensorFlowVersion: walk.tensorFlowVersion, nodeCount: walk.nodeCount,
      variables: walk.variables(in: bytes.rawSpan).map(Variable.init))
  }
}

extension GraphSummary.Variable {
  fileprivate init(_ variable: GraphVariable) {
    savedName = variable.savedName
    isTrainable = variable.isTrainable
    isLocal = variable.collections.contains("local_variables")
    isOfModel = variable.collections.contains("model_variables")
  }
}
