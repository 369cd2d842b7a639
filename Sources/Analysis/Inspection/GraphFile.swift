internal import Essentials
internal import Files
package import Messages
package import MetaGraph

/// The graphs of one file: a `.meta` or a GraphDef, which has one, or a SavedModel, which may have several.
package struct GraphFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// The graphs in file order.
  package let graphs: [MetaGraphDefinition]
  /// The variables of a GraphDef that is not frozen, in the order of the graph; empty for other files.
  package private(set) var unfrozenVariables: [String] = []

  /// Opens the graphs of a path that names a graph file, or a GraphDef whose variables are not frozen; nil if it names something
  /// else, such as a checkpoint or a frozen graph.
  ///
  /// - Throws: `MetaGraphError`.
  package init?(path: String) throws(MetaGraphError) {
    if path.hasSuffix(".meta") {
      graphs = [try MetaGraphFile(path: path).definition]
    } else if Self.savedModelNames.contains(path.lastPart) {
      graphs = try SavedModelFile(path: path).metaGraphs
    } else if Self.isGraphName(path), let graph = try? FrozenGraph(path: path), graph.isUnfrozen {
      graphs = [graph.definition]
      unfrozenVariables = graph.variableNames
    } else {
      return nil
    }
    self.path = path
  }

  /// Opens the graphs of a path that must be one: a `.meta` file under any name, a SavedModel or its directory, or a
  /// frozen graph, which is recognized by `.pb`.
  ///
  /// - Throws: `MetaGraphError`.
  package init(graphAt path: String) throws(MetaGraphError) {
    if let file = try GraphFile(path: path) {
      self = file
      return
    }
    if path.isDirectory {
      graphs = try SavedModelFile(path: path).metaGraphs
    } else if Self.isGraphName(path) {
      graphs = [try FrozenGraph(path: path).definition]
    } else {
      graphs = [try MetaGraphFile(path: path).definition]
    }
    self.path = path
  }

  private static func isGraphName(_ path: String) -> Bool { path.hasSuffix(".pb") || path.hasSuffix(".graphdef") }

  private static let savedModelNames = ["saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"]

  /// Each graph in paragraphs, for a terminal.
  package var text: Message {
    GraphText.unfrozen(unfrozenVariables)
      + graphs.map { GraphText.whole($0) }.joined(separator: "\n\n")
  }

  /// The graphs for `--json`.
  package var document: InspectDocument {
    var document = InspectDocument(path: path)
    document.graphs = graphs.map { InspectDocument.Graph($0) }
    if !unfrozenVariables.isEmpty { document.graphs?[0].unfrozenVariables = unfrozenVariables }
    return document
  }
}
