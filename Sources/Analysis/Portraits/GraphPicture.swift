internal import Inspection
package import MetaGraph

/// A graph as a picture: its scopes as boxes, joined by arrows.
///
/// Scopes are shown at the greatest depth that fits. Single constants and unconnected nodes are not shown.
package struct GraphPicture: Sendable {
  /// What a box is.
  package enum Kind: Sendable, Equatable {
    /// A scope with all that is in it, or a node with its helpers.
    case scope
    /// One operation.
    case operation
    /// An input that is fed.
    case placeholder
    /// A value that is trained or kept.
    case variable
  }

  /// A box.
  package struct Box: Sendable, Equatable {
    /// The full name.
    package let name: String
    /// What it is.
    package let kind: Kind
    /// How many nodes it has.
    package let nodeCount: Int
    /// The operation of the node that the box is, or that it is named after; nil if it is a scope.
    package let op: String?
    /// Its most frequent operations, without constants and the like.
    package let ops: [(name: String, count: Int)]
    /// The function that it is in; nil if it is in the graph itself.
    package let function: String?

    /// Whether all parts are the same.
    package static func == (left: Box, right: Box) -> Bool {
      left.name == right.name && left.kind == right.kind && left.nodeCount == right.nodeCount && left.op == right.op
        && left.function == right.function && left.ops.map(\.name) == right.ops.map(\.name)
        && left.ops.map(\.count) == right.ops.map(\.count)
    }
  }

  /// An arrow.
  package struct Arrow: Sendable, Equatable {
    /// The index of the box where it starts.
    package let from: Int
    /// The index of the box where it ends.
    package let to: Int
    /// How many edges of the graph it represents.
    package let count: Int
    /// Whether it carries no tensor.
    package let isControl: Bool
  }

  /// The boxes, in file order of their first nodes.
  package let boxes: [Box]
  /// The arrows, at most one from one box to another; an arrow that carries tensors takes precedence.
  package let arrows: [Arrow]
  /// Where they are.
  package let layout: LayeredLayout
  /// How many scopes deep boxes are distinguished.
  package let depth: Int
  /// How many boxes hold more than one node.
  package var foldedCount: Int { boxes.count { $0.nodeCount > 1 } }
  /// How many nodes the boxes hold.
  package var nodeCount: Int { boxes.reduce(0) { $0 + $1.nodeCount } }
  /// Nodes that are left out because they save and restore.
  package let saverNodeCount: Int
  /// Constants and unconnected nodes, which are not shown.
  package let otherNodeCount: Int
  /// Boxes that are left out because there are too many even at the smallest depth: those with the fewest nodes.
  package let leftOutBoxCount: Int

  /// More boxes than this are not shown.
  package static let maximumBoxCount = 150
  /// Graphs with more nodes are shown only one scope deep.
  private static let largeNodeCount = 200_000

  /// Draws a graph; nil if fewer than two of its nodes are connected.
  ///
  /// - Parameters:
  ///   - definition: the graph.
  ///   - measures: the measures of the picture.
  package init?(of definition: MetaGraphDefinition, measures: LayeredLayout.Measures = LayeredLayout.Measures()) {
    let nodeCount = definition.nodes.count + definition.functions.reduce(0) { $0 + $1.nodes.count }
    var graph = ScopeGraph(definition, depth: 1, where: { _ in true })
    var shown = Self.joined(graph)
    var depth = 1
    while depth < ScopeGraph.maximumDepth, nodeCount <= Self.largeNodeCount {
      let deeper = ScopeGraph(definition, depth: depth + 1, where: { _ in true })
      let next = Self.joined(deeper)
      guard next.count <= Self.maximumBoxCount, deeper.boxes.count > graph.boxes.count else { break }
      (graph, shown, depth) = (deeper, next, depth + 1)
    }
    let all = shown
    if shown.count > Self.maximumBoxCount {
      let largest = shown.sorted { (graph.boxes[$1].nodeCount, $0) < (graph.boxes[$0].nodeCount, $1) }
      shown = largest.prefix(Self.maximumBoxCount).sorted()
    }
    guard shown.count > 1 else { return nil }
    self.depth = depth
    leftOutBoxCount = all.count - shown.count
    saverNodeCount = graph.saverNodeCount
    let isJoined = Set(all)
    otherNodeCount = graph.boxes.indices.reduce(0) { $0 + (isJoined.contains($1) ? 0 : graph.boxes[$1].nodeCount) }
    boxes = shown.map { Self.box(graph.boxes[$0]) }
    let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
    var arrows: [Arrow] = []
    var indices: [[Int]: Int] = [:]
    for (connection, count) in graph.connections {
      guard let from = places[connection.from], let to = places[connection.to] else { continue }
      if let index = indices[[from, to]] {
        // Either kind may come first.
        if arrows[index].isControl, !connection.isControl {
          arrows[index] = Arrow(from: from, to: to, count: count, isControl: false)
        }
        continue
      }
      indices[[from, to]] = arrows.count
      arrows.append(Arrow(from: from, to: to, count: count, isControl: connection.isControl))
    }
    self.arrows = arrows
    layout = LayeredLayout(boxCount: shown.count, edges: arrows.map { ($0.from, $0.to) }, measures: measures)
  }

  /// The boxes that are connected to others, without lone constants.
  private static func joined(_ graph: ScopeGraph) -> [Int] {
    func isConstant(_ index: Int) -> Bool { graph.boxes[index].op == "Const" && graph.boxes[index].nodeCount == 1 }
    var ends: Set<Int> = []
    for (connection, _) in graph.connections where !isConstant(connection.from) && !isConstant(connection.to) {
      ends.insert(connection.from)
      ends.insert(connection.to)
    }
    return ends.sorted()
  }

  private static func box(_ box: ScopeGraph.Box) -> Box {
    let kind: Kind =
      switch box.op {
      case "Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "_Arg": .placeholder
      case let op? where op.hasPrefix("Variable") || op == "VarHandleOp": .variable
      case .some: box.nodeCount == 1 ? .operation : .scope
      case nil: .scope
      }
    let ops = box.ops.filter { !["Const", "Identity", "Assign", "NoOp"].contains($0.key) }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let function = box.scopes.first.flatMap { $0.hasPrefix("function ") ? String($0.dropFirst(9)) : nil }
    return Box(
      name: box.name, kind: kind, nodeCount: box.nodeCount, op: box.op,
      ops: ops.prefix(4).map { (name: $0.key, count: $0.value) }, function: function)
  }
}
