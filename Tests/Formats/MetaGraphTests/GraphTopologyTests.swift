import Messages
import MetaGraph
import Testing
import TestSupport

@Suite("How nodes are joined")
struct GraphTopologyTests {
  private func topology(_ nodes: [Message]) throws -> GraphTopology {
    try withFile(Message(.bytes(2, Message(nodes).bytes)).bytes) { path in
      try GraphTopology(MetaGraphFile(path: path).definition)
    }
  }

  private func reason(_ nodes: [Message]) -> MetaGraphDefect? {
    #expect(throws: MetaGraphError.self) { try topology(nodes) }?.reason
  }

  @Test("is what each consumes and what consumes it, by number")
  func edges() throws {
    let graph = try topology([
      .node("c", "Add", inputs: ["a", "b:1", "^d"]), .node("a", "Const"), .node("b", "Split", inputs: ["a"]),
      .node("d", "NoOp"),
    ])
    #expect(graph.index(ofNodeNamed: "b") == 2)
    #expect(Array(graph.inputs(of: 0)) == [.init(node: 1), .init(node: 2, output: 1)])
    #expect(graph.input(1, of: 0) == .init(node: 2, output: 1))
    #expect(graph.input(2, of: 0) == nil)
    #expect(graph.uses(of: 1).map(\.node) == [0, 2])
    #expect(graph.uses(of: 2).map { [$0.node, $0.position, $0.output] } == [[0, 1, 1]])
    #expect(graph.uses(of: 3).isEmpty)
  }

  @Test("is refused where a name comes twice, an input comes from nowhere, or nodes wait for each other")
  func refused() throws {
    #expect(reason([.node("a", "Const"), .node("b", "NoOp"), .node("a", "NoOp")]) == .duplicateNode("a"))
    #expect(reason([.node("a", "Add", inputs: ["b:0"])]) == .missingInput(node: "a", input: "b:0"))
    #expect(reason([.node("a", "Add", inputs: ["^"])]) == .missingInput(node: "a", input: "^"))
    #expect(reason([.node("a", "Identity", inputs: ["a"])]) == .cycle(["a"]))
    #expect(
      reason([
        .node("x", "Const"), .node("a", "Add", inputs: ["x", "c"]), .node("b", "Identity", inputs: ["a"]),
        .node("c", "NoOp", inputs: ["^b"]), .node("y", "Identity", inputs: ["c"]),
      ]) == .cycle(["a", "c", "b"]))
  }

  @Test("may be a loop, which a NextIteration closes")
  func loop() throws {
    let graph = try topology([
      .node("start", "Const"), .node("enter", "Enter", inputs: ["start"]),
      .node("merge", "Merge", inputs: ["enter", "next"]), .node("body", "Add", inputs: ["merge", "merge"]),
      .node("next", "NextIteration", inputs: ["body"]),
    ])
    #expect(Array(graph.inputs(of: 2)) == [.init(node: 1), .init(node: 4)])
    #expect(graph.uses(of: 4).map(\.node) == [2])
  }

  @Test("is no problem for a chain of 10⁵ nodes, nor is a cycle of as many")
  func deep() throws {
    let count = 100_000
    var nodes: [Message] = [.node("n0", "Const")]
    for number in 1..<count { nodes.append(.node("n\(number)", "Identity", inputs: ["n\(number - 1)"])) }
    #expect(try topology(nodes).inputs(of: count - 1).first == .init(node: count - 2))
    nodes[0] = .node("n0", "Identity", inputs: ["n\(count - 1)"])
    guard case .cycle(let names)? = reason(nodes) else { return #expect(Bool(false), "no cycle") }
    #expect(names.count == count)
  }

  @Test("is said in words")
  func words() {
    let error = MetaGraphError(.cycle(["a", "b", "c", "d", "e"]), file: "p.meta")
    #expect(
      error.description.hasPrefix("p.meta: 5 nodes wait for each other: 'a', 'b', 'c', 'd' and 1 more. TensorFlow"))
    #expect(error.category == .badData)
    let missing = MetaGraphError(.missingInput(node: "a\n", input: "b"), file: "p.meta")
    #expect(missing.description.contains("the node 'a\\n' consumes 'b', which no node of the graph produces"))
  }
}
