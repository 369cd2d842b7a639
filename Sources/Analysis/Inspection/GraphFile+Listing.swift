package import Messages

extension GraphFile {
  /// The nodes of each graph, one line each; see `GraphListing`.
  ///
  /// - Throws: `MetaGraphError` if a node cannot be read, and what `isWanted` throws.
  package func nodeText(where isWanted: (String) throws -> Bool) throws -> Message {
    try graphs.map { try GraphListing($0, where: isWanted).text }.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// The graphs with their nodes for `--json`.
  ///
  /// - Throws: as `nodeText`.
  package func document(withNodesWhere isWanted: (String) throws -> Bool) throws -> InspectDocument {
    var document = InspectDocument(path: path)
    document.graphs = try graphs.map { graph in
      InspectDocument.Graph(graph, nodes: try GraphListing(graph, where: isWanted))
    }
    return document
  }

  /// The scopes of each graph in Graphviz's language; see `ScopeGraph`.
  ///
  /// - Throws: what `isWanted` throws.
  package func dot(depth: Int, where isWanted: (String) throws -> Bool) rethrows -> Message {
    try graphs.map { try ScopeGraph($0, depth: depth, where: isWanted).dot }.joined(separator: "\n")
  }
}
