internal import Markup
internal import Messages
internal import Portraits

/// The graph beside the tensors.
enum GraphSection {
  static func section(_ graph: GraphPicture, path: String?) -> PageSection {
    let depth: Message = graph.depth == 1 ? "the outermost scopes" : "scopes down to \(graph.depth) deep"
    var facts: [Message] = []
    if graph.foldedCount > 0 {
      facts.append(
        "\(HumanText.count(graph.foldedCount, "box", "boxes")) \(graph.foldedCount.noun("holds", "hold")) several nodes folded into one."
      )
    }
    if graph.saverNodeCount > 0 {
      facts.append(
        "\(HumanText.count(graph.saverNodeCount, "node")) that only save and restore \(graph.saverNodeCount.noun("is", "are")) left out."
      )
    }
    if graph.otherNodeCount > 0 {
      facts.append(
        "\(HumanText.count(graph.otherNodeCount, "node")) that \(graph.otherNodeCount.noun("is", "are")) constant or unconnected \(graph.otherNodeCount.noun("is", "are")) left out too."
      )
    }
    if graph.leftOutBoxCount > 0 {
      facts.append(
        "The smallest \(HumanText.count(graph.leftOutBoxCount, "box", "boxes")) are left out too: there are more than \(GraphPicture.maximumBoxCount)."
      )
    }
    let summary: Message =
      "\(HumanText.count(graph.nodeCount, "node")) as \(HumanText.count(graph.boxes.count, "box", "boxes")), \(depth)."
    return PageSection(
      id: "portrait-graph", title: "The graph",
      """
      <p>\(path.map { "From \(HTML.name($0)): " as HTML } ?? "")\(summary) \(facts.joined(separator: " "))</p>
      <div class="graph">\(HTML.figure(
        drawing(graph, summary),
        caption:
          "What feeds what, from top to bottom. Dashed arrows carry no tensor: one must only run before the other. Point at a box for its full name."
      ))</div>
      """)
  }

  private static let margin = 12.0

  private static func drawing(_ graph: GraphPicture, _ summary: Message) -> HTML {
    let layout = graph.layout
    let marker: HTML = """
      <defs><marker id="graph-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
      <path class="tip" d="M0 0L8 4L0 8Z"/></marker></defs>
      """
    let isControl = Dictionary(graph.arrows.map { ([$0.from, $0.to], $0.isControl) }) { first, _ in first }
    let routes = layout.routes.map { route -> HTML in
      let kind: HTML = isControl[[route.from, route.to]] == true ? "edge control" : "edge"
      return "<path class=\"\(kind)\" marker-end=\"url(#graph-tip)\" d=\"\(path(route))\"/>\n"
    }
    let boxes = zip(graph.boxes, layout.centers).map { box, center -> HTML in self.box(box, center) }
    let content: HTML = """
      \(marker)<g transform="translate(\(at: margin) \(at: margin))">\(routes)\(boxes)</g>
      """
    return SVG.drawing(
      width: layout.width + 2 * margin, height: layout.height + 2 * margin, title: "The graph's scopes",
      description: "\(summary) Arrows show what feeds what.", content)
  }

  private static func path(_ route: LayeredLayout.Route) -> HTML {
    guard let first = route.points.first else { return "" }
    var path: HTML = "M\(at: first.x) \(at: first.y)"
    for (from, to) in zip(route.points, route.points.dropFirst()) {
      if abs(from.x - to.x) < 0.5 {
        path += "L\(at: to.x) \(at: to.y)"
      } else {
        let middle = (from.y + to.y) / 2
        path += "C\(at: from.x) \(at: middle) \(at: to.x) \(at: middle) \(at: to.x) \(at: to.y)"
      }
    }
    return path
  }

  private static func box(_ box: GraphPicture.Box, _ center: LayeredLayout.Point) -> HTML {
    let measures = LayeredLayout.Measures()
    let parts = box.name.split(separator: "/", omittingEmptySubsequences: false)
    let name = shortened(parts.last.map(String.init) ?? box.name, to: 22)
    let scope = parts.count > 1 ? parts.dropLast().last.map(String.init) : box.function
    let size = box.nodeCount == 1 ? box.op ?? "1 node" : HumanText.count(box.nodeCount, "node").text
    let content = shortened(scope.map { "\(size) in \($0)" } ?? size, to: 28)
    let ops = box.ops.map { "\(HumanText.grouped($0.count)) \(Message.name($0.name, limit: 40))" as Message }
    let function: Message = box.function.map { " in function \(Message.name($0, limit: 80))" } ?? ""
    let kind: HTML =
      switch box.kind {
      case .scope: "scope"
      case .operation: "operation"
      case .placeholder: "placeholder"
      case .variable: "variable"
      }
    return """
      <g><title>\(Message.name(box.name))\(function): \(HumanText.count(box.nodeCount, "node"))\(ops.isEmpty ? "" : ", " as Message)\
      \(ops.joined(separator: ", "))</title>\
      <rect class="box \(kind)" x="\(at: center.x - measures.boxWidth / 2)" y="\(at: center.y - measures.boxHeight / 2)" \
      width="\(at: measures.boxWidth)" height="\(at: measures.boxHeight)" rx="6"/>\
      <text class="middle" x="\(at: center.x)" y="\(at: center.y - 3)">\(name)</text>\
      <text class="middle soft small" x="\(at: center.x)" y="\(at: center.y + 12)">\(content)</text></g>

      """
  }

  /// A text that fits in a box; if it is too long, its end is cut off.
  private static func shortened(_ text: String, to limit: Int) -> Message {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return "\(text)" }
    return "\(String(scalars.prefix(limit - 1)))…"
  }
}
