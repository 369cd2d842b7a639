internal import Files
package import Messages

extension ScopeGraph {
  /// The boxes as a directed graph in Graphviz's language, the same bytes every time.
  ///
  /// - Source: The DOT Language, graphviz.org.
  package var dot: Message {
    var lines: [Message] = ["digraph graph_of_scopes {"]
    if saverNodeCount > 0 {
      lines.append(
        "  // \(HumanText.count(saverNodeCount, "node")) \(saverNodeCount.noun("that saves or restores is", "that save and restore are")) left out."
      )
    }
    lines += [
      "  graph [fontname=\"Helvetica\", fontsize=11, ranksep=0.4, nodesep=0.25, style=\"rounded\", color=\"#999999\"];",
      "  node [fontname=\"Helvetica\", fontsize=10, shape=box, style=\"rounded,filled\", fillcolor=\"#f4f4f4\"];",
      "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\"];",
    ]
    var root = Cluster()
    // Constants that no box consumes are only clutter.
    let joined = Set(connections.flatMap { [$0.connection.from, $0.connection.to] })
    for index in boxes.indices where joined.contains(index) || boxes[index].op != "Const" {
      root.insert(index, boxes[index].scopes[...])
    }
    var clusterCount = 0
    write(root, margin: "  ", to: &lines, &clusterCount)
    for (connection, count) in connections {
      var attributes: [String] = []
      if count > 1 { attributes.append("label=\"\(count)\"") }
      if connection.isControl { attributes.append("style=dashed") }
      let list = attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]"
      lines.append("  n\(connection.from) -> n\(connection.to)\(list);")
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  /// A scope with its boxes and the scopes in it, in file order.
  private struct Cluster {
    var boxes: [Int] = []
    var order: [String] = []
    var clusters: [String: Cluster] = [:]

    mutating func insert(_ box: Int, _ scopes: ArraySlice<String>) {
      guard let scope = scopes.first else { return boxes.append(box) }
      if clusters[scope] == nil { order.append(scope) }
      clusters[scope, default: Cluster()].insert(box, scopes.dropFirst())
    }
  }

  /// Recurses as deep as the boxes' scopes, at most `maximumDepth + 1` levels.
  private func write(_ cluster: Cluster, margin: String, to lines: inout [Message], _ clusterCount: inout Int) {
    for index in cluster.boxes { lines.append("\(margin)n\(index) [\(attributes(of: boxes[index]))];") }
    for scope in cluster.order {
      guard let inner = cluster.clusters[scope] else { continue }
      lines.append("\(margin)subgraph cluster_\(clusterCount) {")
      clusterCount += 1
      lines.append("\(margin)  label=\(Self.quoted(scope.lastPart));")
      write(inner, margin: margin + "  ", to: &lines, &clusterCount)
      lines.append("\(margin)}")
    }
  }

  private func attributes(of box: Box) -> String {
    let name = box.name.lastPart
    guard box.op == nil else {
      // A node on its own, or one with its helpers.
      let isVariable = box.op.map { $0.hasPrefix("Variable") || $0 == "VarHandleOp" } ?? false
      let color = isVariable ? "#dbe9f6" : box.op == "Placeholder" ? "#fbe3c8" : "#ffffff"
      return "label=\(Self.quoted("\(name)\n\(box.op ?? "")")), fillcolor=\"\(color)\""
    }
    let ops = box.ops.filter { !Self.helpers.contains($0.key) }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = ops.prefix(3).map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let count = HumanText.count(box.nodeCount, "node")
    return "label=\(Self.quoted("\(name)\n\(count)" + (shown.isEmpty ? "" : "\n\(shown)")))"
  }

  /// Operations that are not part of what a scope computes.
  private static let helpers: Set<String> = ["Const", "Identity", "Assign", "NoOp"]

  /// A quoted string in DOT. Line breaks stay; everything else that could disturb a terminal or the syntax is escaped.
  private static func quoted(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      ("\(line)" as Message).text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
    return "\"" + lines.joined(separator: "\\n") + "\""
  }
}
