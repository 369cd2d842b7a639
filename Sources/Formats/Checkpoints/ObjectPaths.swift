internal import Bytes

/// The paths from the root of an object graph to its nodes.
///
/// A breadth-first walk, with children in the file's order, gives each node the path by which TensorFlow names its values. Every
/// other edge that does not lead back to an ancestor gives the nodes below it one more path. Time and memory are linear in
/// the number of nodes and edges; a path's text is made on request, because the texts of all paths in a deep graph would take
/// quadratic memory.
package struct ObjectPaths {
  private let graph: ObjectGraph
  /// How each node was first reached; nil for the root and for nodes that cannot be reached.
  private var parents: [Edge?]
  /// Other edges to each node, in the order of the walk.
  private var otherEdges: [Int: [Edge]] = [:]
  private var isReached: [Bool]
  /// The number of names on each node's path.
  private var depths: [Int32]

  /// Child number `child` of node `parent`.
  private struct Edge {
    let parent: Int32
    let child: Int32
  }

  /// The most names on a path that is written out. Real programs stay well below 50.
  static let maximumDepth = 128
  /// The most bytes of a path that is written out.
  static let maximumByteCount = 1 << 14
  /// The most other paths that are kept for one node, and for one tensor.
  static let maximumAliasCount = 16

  package init(_ graph: ObjectGraph) {
    self.graph = graph
    parents = Array(repeating: nil, count: graph.nodes.count)
    isReached = Array(repeating: false, count: graph.nodes.count)
    depths = Array(repeating: 0, count: graph.nodes.count)
    guard !graph.nodes.isEmpty else { return }
    isReached[0] = true
    var order = [0]
    var position = 0
    while position < order.count {
      let node = order[position]
      position += 1
      for (number, child) in graph.nodes[node].children.enumerated() where !isReached[child.node] {
        isReached[child.node] = true
        depths[child.node] = depths[node] + 1
        parents[child.node] = Edge(parent: Int32(node), child: Int32(number))
        order.append(child.node)
      }
    }
    findOtherEdges(order)
  }

  /// Keeps the edges that the walk did not take, unless they lead to an ancestor of the node where they start.
  private mutating func findOtherEdges(_ order: [Int]) {
    // When nodes are numbered in preorder, the nodes below a node are a range, so one comparison shows whether one is above another.
    var sizes = [Int](repeating: 1, count: graph.nodes.count)
    for node in order.reversed() {
      if let edge = parents[node] { sizes[Int(edge.parent)] += sizes[node] }
    }
    var starts = [Int](repeating: 0, count: graph.nodes.count)
    var next = [Int](repeating: 1, count: graph.nodes.count)
    for node in order {
      guard let edge = parents[node] else { continue }
      starts[node] = next[Int(edge.parent)]
      next[Int(edge.parent)] += sizes[node]
      next[node] = starts[node] + 1
    }
    for node in order {
      for (number, child) in graph.nodes[node].children.enumerated() {
        if let edge = parents[child.node], edge.parent == node, edge.child == number { continue }
        let below = starts[child.node]..<(starts[child.node] + sizes[child.node])
        guard !below.contains(starts[node]), otherEdges[child.node, default: []].count < Self.maximumAliasCount else {
          continue
        }
        otherEdges[child.node, default: []].append(Edge(parent: Int32(node), child: Int32(number)))
      }
    }
  }

  /// The path of a node, its names escaped as in keys and joined by `/`; empty for the root.
  ///
  /// - Returns: nil if the node cannot be reached, or is too deep for its path to be useful.
  package func path(of node: Int) -> String? {
    names(to: node).map { $0.reversed().joined(separator: "/") }
  }

  /// The other paths of a node: those with the fewest names first, then in the order of their bytes.
  package func aliases(of node: Int) -> [String] {
    guard let names = names(to: node) else { return [] }
    var found: [[String]] = []
    var place = node
    var below: [String] = []
    for name in names {
      for edge in otherEdges[place] ?? [] where found.count < Self.maximumAliasCount {
        guard let above = self.names(to: Int(edge.parent)) else { continue }
        found.append(above.reversed() + [self.name(of: edge)] + below.reversed())
      }
      below.append(name)
      place = parents[place].map { Int($0.parent) } ?? 0
    }
    return found.map { (count: $0.count, path: $0.joined(separator: "/")) }
      .sorted { $0.count == $1.count ? $0.path.precedesInBytes($1.path) : $0.count < $1.count }.map(\.path)
  }

  /// The names on the path to a node, the last one first.
  private func names(to node: Int) -> [String]? {
    guard isReached[node], depths[node] <= Self.maximumDepth else { return nil }
    var names: [String] = []
    var byteCount = 0
    var node = node
    while let edge = parents[node] {
      let name = name(of: edge)
      byteCount += name.utf8.count + 1
      guard byteCount <= Self.maximumByteCount else { return nil }
      names.append(name)
      node = Int(edge.parent)
    }
    return names
  }

  private func name(of edge: Edge) -> String {
    Self.escaped(graph.nodes[Int(edge.parent)].children[Int(edge.child)].name)
  }

  /// A name as keys have it: `.` becomes `..`, and `/` becomes `.S`.
  ///
  /// - Source: TensorFlow `python/trackable/trackable_utils.py`.
  static func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }) else { return name }
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case ".": text += ".."
      case "/": text += ".S"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
