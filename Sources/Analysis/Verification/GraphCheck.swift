public import GraphProof
internal import Inspection
public import Messages
internal import MetaGraph
internal import TensorFiles
internal import Tensors

/// Compares a model's graph with the engine's plan and with the model's tensors.
public struct GraphCheck: Sendable {
  /// A variable that has a different shape in the graph than in the model.
  public struct ShapeProblem: Sendable, Equatable {
    /// The variable's name.
    public let name: String
    /// Its shape in the graph.
    public let graph: String
    /// Its shape in the model.
    public let model: String
  }

  /// The path of the graph.
  public let path: String
  /// What was compared; nil if the graph cannot be read.
  public let comparison: GraphComparison?
  /// Why the graph cannot be read.
  public let failure: Message?
  /// Variables whose shapes differ from those of the model's tensors with the same names.
  public let shapeProblems: [ShapeProblem]
  /// Whether the graph must be im2txt's, because the model is, or because the graph was named.
  public let isRequired: Bool

  /// Whether nothing differs. A graph of another model passes beside another model.
  public var passes: Bool {
    guard let comparison, shapeProblems.isEmpty else { return false }
    if case .other = comparison.kind { return !isRequired }
    return comparison.agrees
  }

  /// Checks the graphs of one path: one of a `.meta` file, one or more of a SavedModel. A graph that cannot be read is a
  /// result, not an error.
  static func all(at path: String, of source: any TensorSource, isRequired: Bool) -> [GraphCheck] {
    do {
      return try GraphFile(graphAt: path).graphs.map { definition in
        GraphCheck(
          path: path, comparison: try GraphComparison(of: definition), failure: nil,
          shapeProblems: shapeProblems(definition, source), isRequired: isRequired)
      }
    } catch {
      return [GraphCheck(path: path, comparison: nil, failure: "\(error)", shapeProblems: [], isRequired: isRequired)]
    }
  }

  private static func shapeProblems(_ definition: MetaGraphDefinition, _ source: any TensorSource) -> [ShapeProblem] {
    let tensors = Dictionary(source.descriptors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    return definition.variables.compactMap { variable -> ShapeProblem? in
      // A slice of a partitioned variable has its own shape.
      guard variable.slice == nil, let found = tensors[variable.savedName],
        let dimensions = variable.shape?.dimensions
      else { return nil }
      let fits =
        dimensions.count == found.dimensions.count
        && zip(dimensions, found.dimensions).allSatisfy { extent, other in extent == nil || extent == Int64(other) }
      return fits
        ? nil : ShapeProblem(name: variable.name, graph: variable.shape?.description ?? "", model: found.description)
    }
  }
}
