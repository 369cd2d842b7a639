internal import Messages

/// How the nodes of a graph are connected, by number: what each consumes, and what consumes it.
///
/// Construction looks up every input's name once; a walk then follows numbers. Nothing recurses, so that a chain of 10⁵ nodes
/// costs no more than its length.
package struct GraphTopology: Sendable {
  /// One output of one node.
  package struct Edge: Sendable, Hashable {
    /// The producing node's number.
    package let node: Int
    /// The index of the output.
    package let output: Int

    /// An output of a node.
    package init(node: Int, output: Int = 0) {
      self.node = node
      self.output = output
    }
  }

  /// One input of one node.
  package struct Use: Sendable, Hashable {
    /// The consuming node's number.
    package let node: Int
    /// The index of the data input.
    package let position: Int
    /// The index of the output that it consumes.
    package let output: Int
  }

  /// The nodes, in file order; a node's number is its index here.
  package let nodes: [GraphNode]
  private let indices: [String: Int]
  private let inputEdges: [Edge]
  /// Where each node's inputs start in `inputEdges`; one more than there are nodes.
  private let inputStarts: [Int]
  private let allUses: [Use]
  private let useStarts: [Int]

  /// Connects the nodes of a graph; those of its functions are left out.
  ///
  /// - Throws: `MetaGraphDefect.duplicateNode`, `.missingInput` for a node that consumes what no node produces, and
  ///   `.cycle` for nodes that wait for each other. Loops, which TensorFlow closes with a `NextIteration`, are not cycles.
  package init(_ definition: MetaGraphDefinition) throws(MetaGraphError) {
    let nodes = definition.nodes
    let path = definition.path
    if definition.nodeIndices.count != nodes.count {
      var seen: Set<String> = []
      for node in nodes where !seen.insert(node.name).inserted {
        throw MetaGraphError(.duplicateNode(node.name), file: path, offset: node.range.lowerBound)
      }
    }
    var edges: [Edge] = []
    var starts = [0]
    var uses = [[Use]](repeating: [], count: nodes.count)
    // Which nodes must run before which, including control inputs; used to search for cycles.
    var successors = [[Int]](repeating: [], count: nodes.count)
    var waiting = [Int](repeating: 0, count: nodes.count)
    for (number, node) in nodes.enumerated() {
      for input in node.inputs {
        let isControl = input.utf8.first == UInt8(ascii: "^")
        let (name, output) = isControl ? (String(input.dropFirst()), 0) : GraphNode.split(input)
        guard let producer = definition.nodeIndices[name] else {
          throw MetaGraphError(.missingInput(node: node.name, input: input), file: path, offset: node.range.lowerBound)
        }
        if nodes[producer].op != "NextIteration" && nodes[producer].op != "RefNextIteration" {
          successors[producer].append(number)
          waiting[number] += 1
        }
        guard !isControl else { continue }
        uses[producer].append(Use(node: number, position: edges.count - starts[number], output: output))
        edges.append(Edge(node: producer, output: output))
      }
      starts.append(edges.count)
    }
    if let cycle = Self.cycle(successors: successors, waiting: waiting) {
      throw MetaGraphError(.cycle(cycle.map { nodes[$0].name }), file: path, offset: nodes[cycle[0]].range.lowerBound)
    }
    self.nodes = nodes
    indices = definition.nodeIndices
    inputEdges = edges
    inputStarts = starts
    allUses = uses.flatMap(\.self)
    useStarts = uses.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
  }

  /// The number of the node with a name; nil if there is none.
  package func index(ofNodeNamed name: String) -> Int? { indices[name] }

  /// What a node consumes, without control inputs.
  package func inputs(of node: Int) -> ArraySlice<Edge> { inputEdges[inputStarts[node]..<inputStarts[node + 1]] }

  /// The data input at a position of a node; nil if the node has fewer.
  package func input(_ position: Int, of node: Int) -> Edge? {
    let inputs = inputs(of: node)
    return position < inputs.count ? inputs[inputs.startIndex + position] : nil
  }

  /// What consumes any output of a node, in file order.
  package func uses(of node: Int) -> ArraySlice<Use> { allUses[useStarts[node]..<useStarts[node + 1]] }

  /// The nodes of a cycle, each of which waits for the next; nil if there is none.
  private static func cycle(successors: [[Int]], waiting: [Int]) -> [Int]? {
    var waiting = waiting
    var ready = waiting.indices.filter { waiting[$0] == 0 }
    var doneCount = 0
    while let node = ready.popLast() {
      doneCount += 1
      for next in successors[node] {
        waiting[next] -= 1
        if waiting[next] == 0 { ready.append(next) }
      }
    }
    guard doneCount < waiting.count else { return nil }
    // Each remaining node waits for another remaining one; going back from any of them, some node must come up twice.
    var predecessor = [Int?](repeating: nil, count: waiting.count)
    for node in waiting.indices where waiting[node] > 0 {
      for next in successors[node] where waiting[next] > 0 { predecessor[next] = node }
    }
    guard var node = waiting.indices.first(where: { waiting[$0] > 0 }) else { return nil }
    var places: [Int: Int] = [:]
    var path: [Int] = []
    while places[node] == nil, let before = predecessor[node] {
      places[node] = path.count
      path.append(node)
      node = before
    }
    return places[node].map { Array(path[$0...]) }
  }
}
