internal import Bytes
internal import Files
internal import Messages

/// What a `.meta` file says of its checkpoint: the release that wrote it, and which variables there are.
///
/// A graph of thousands of nodes is there to be walked; for these few facts its names and operations are passed over, and
/// nothing of it is kept.
package struct GraphSummary: Sendable, Equatable {
  /// A variable, as far as saving is concerned.
  package struct Variable: Sendable, Hashable {
    /// The name that checkpoints know it by.
    package let savedName: String
    /// Whether training changes it.
    package let isTrainable: Bool
    /// Whether it is local to a session, such as a reader's count of epochs, and never saved.
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

  /// The summary of a graph that is open.
  package init(_ definition: MetaGraphDefinition) {
    tensorFlowVersion = definition.tensorFlowVersion
    nodeCount = definition.nodes.count
    variables = definition.variables.map(Variable.init)
  }

  /// Reads the summary of a `.meta` file.
  ///
  /// - Throws: `MetaGraphError`, as `MetaGraphFile` does for what is not a graph, and for damage outside nodes' attributes.
  package init(path: String) throws(MetaGraphError) {
    let source = try WireFile(opening: path) { .notMetaGraph($0) }
    // Larger files have large constants, which the other walk passes over unread. It also knows how to say what a file is
    // that is not a graph.
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

  /// nil for what is not a graph, or a damaged one.
  private static func walk(_ file: InputFile) throws(MetaGraphError) -> GraphSummary? {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try file.read(at: 0, count: file.byteCount)
    } catch {
      throw MetaGraphError(.file(error), file: file.path)
    }
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
