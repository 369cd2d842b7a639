package import MetaGraph

/// A graph seen from a distance: scopes as boxes, and how many edges go from one to another.
///
/// Everything deeper than `depth` scopes becomes one box. A node's own constants and initializers, which TensorFlow
/// puts into a scope with the node's name, belong to the node's box.
package struct ScopeGraph: Sendable {
  /// A box: a node with its helpers, or a scope with all that is in it.
  package struct Box: Sendable {
    /// The scope's or node's name.
    package let name: String
    /// The scopes around it, outermost first, without the box's own name.
    package let scopes: [String]
    /// The operation, if the box is a node.
    package internal(set) var op: String?
    /// How many nodes it has.
    package internal(set) var nodeCount = 0
    /// Its operations and how often each occurs.
    package internal(set) var ops: [String: Int] = [:]
  }

  /// From one box to another.
  package struct Connection: Sendable, Hashable {
    /// The index of the box that is consumed.
    package let from: Int
    /// The index of the box that consumes.
    package let to: Int
    /// Whether it carries no tensor and only says that one must run before the other.
    package let isControl: Bool
  }

  /// In file order of their first nodes.
  package private(set) var boxes: [Box] = []
  /// The connections in order, each with the number of its edges.
  package private(set) var connections: [(connection: Connection, count: Int)] = []
  /// Nodes that are left out because they save and restore.
  package private(set) var saverNodeCount = 0

  /// Deeper than the scopes of any program; a name with thousands would take time that is quadratic in its length.
  package static let maximumDepth = 32

  /// Groups a graph's nodes.
  ///
  /// The nodes of the saver are left out, because they are connected to every variable.
  /// - Parameters:
  ///   - definition: the graph.
  ///   - depth: how many scopes deep boxes are distinguished, from 1 to `maximumDepth`.
  ///   - isWanted: which nodes to include, by name.
  /// - Throws: what `isWanted` throws.
  package init(_ definition: MetaGraphDefinition, depth: Int, where isWanted: (String) throws -> Bool = { _ in true })
    rethrows
  {
    let depth = min(max(depth, 1), Self.maximumDepth)
    let saver = definition.saver.flatMap { $0.scope.isEmpty ? nil : $0.scope + "/" }
    try add(definition.nodes, function: nil, depth: depth) { name in
      if let saver, name.hasPrefix(saver) { return nil }
      return try isWanted(name)
    }
    for function in definition.functions {
      try add(function.nodes, function: function.name, depth: depth) { try isWanted($0) }
    }
  }

  private mutating func add(
    _ nodes: [GraphNode], function: String?, depth: Int, where isWanted: (String) throws -> Bool?
  ) rethrows {
    let names = Set(nodes.map(\.name))
    // Boxes by name; the boxes of nodes by the nodes' names.
    var boxIndices: [String: Int] = [:]
    var places: [String: Int] = [:]
    var wanted: [GraphNode] = []
    for node in nodes {
      guard let isIn = try isWanted(node.name) else {
        saverNodeCount += 1
        continue
      }
      guard isIn else { continue }
      let (name, scopes) = Self.box(of: node.name, depth: depth, names)
      let index = boxIndices[name] ?? boxes.count
      if index == boxes.count {
        boxIndices[name] = index
        boxes.append(Box(name: name, scopes: (function.map { ["function \($0)"] } ?? []) + scopes))
      }
      boxes[index].nodeCount += 1
      boxes[index].ops[node.op, default: 0] += 1
      if node.name == name { boxes[index].op = node.op }
      places[node.name] = index
      wanted.append(node)
    }
    var counts: [Connection: Int] = [:]
    var order: [Connection] = []
    for node in wanted {
      guard let to = places[node.name] else { continue }
      for input in node.inputs {
        let isControl = input.utf8.first == UInt8(ascii: "^")
        let producer = isControl ? String(input.dropFirst()) : GraphNode.split(input).node
        guard let from = places[producer], from != to else { continue }
        let connection = Connection(from: from, to: to, isControl: isControl)
        if counts[connection] == nil { order.append(connection) }
        counts[connection, default: 0] += 1
      }
    }
    connections += order.map { ($0, counts[$0] ?? 0) }
  }

  /// The box of a node: the first of its scopes that is a node itself, or the scope at `depth`, or the node.
  private static func box(of name: String, depth: Int, _ names: Set<String>) -> (name: String, scopes: [String]) {
    var scopes: [String] = []
    var start = name.startIndex
    while let slash = name[start...].firstIndex(of: "/") {
      let scope = String(name[..<slash])
      if scopes.count == depth - 1 || names.contains(scope) { return (scope, scopes) }
      scopes.append(scope)
      start = name.index(after: slash)
    }
    return (name, scopes)
  }
}
