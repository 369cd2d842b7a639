package import Messages
package import MetaGraph

/// The nodes of a graph, one by one: what each does, to what, and how.
package struct GraphListing: Sendable {
  /// One node.
  package struct Row: Sendable {
    /// The node.
    package let node: GraphNode
    /// The function that it is in; nil for one of the graph itself.
    package let function: String?
    /// Its attributes.
    package let attributes: [String: AttributeValue]
  }

  /// The nodes in file order, those of functions after the graph's own.
  package let rows: [Row]

  /// Reads the nodes whose names are wanted, with their attributes.
  ///
  /// - Throws: `MetaGraphError` if the file cannot be read, and what `isWanted` throws.
  package init(_ definition: MetaGraphDefinition, where isWanted: (String) throws -> Bool = { _ in true }) throws {
    var rows: [Row] = []
    func add(_ nodes: [GraphNode], _ function: String?) throws {
      for node in nodes where try isWanted(node.name) {
        rows.append(Row(node: node, function: function, attributes: try definition.attributes(of: node)))
      }
    }
    try add(definition.nodes, nil)
    for function in definition.functions { try add(function.nodes, function.name) }
    self.rows = rows
  }

  /// A line for each node: name, operation, inputs, distinguishing attributes, the shapes of its outputs and its
  /// device.
  package var text: Message {
    var lines: [Message] = []
    var function: String?
    for row in rows {
      if row.function != function, let name = row.function { lines.append("function \(name)") }
      function = row.function
      lines.append("\(function == nil ? "" : "  ")\(Self.line(row))")
    }
    return lines.joined(separator: "\n")
  }

  private static func line(_ row: Row) -> Message {
    let node = row.node
    var parts: [Message] = ["\(node.name)", "\(node.op)", "(\(node.inputs.joined(separator: ", ")))"]
    parts += AttributeText.remarkable(row.attributes).map { key, value in
      "\(key)=\(AttributeText.text(value))"
    }
    if let shapes = AttributeText.outputShapes(row.attributes), !shapes.isEmpty {
      parts.append("-> \(shapes.map(\.description).joined(separator: ", "))")
    }
    if !node.device.isEmpty { parts.append("@\(node.device)") }
    return parts.joined(separator: "  ")
  }
}
