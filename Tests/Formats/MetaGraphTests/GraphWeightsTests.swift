import Foundation
import Messages
import MetaGraph
import Tensors
import Testing
import TestSupport

@Suite("Weights among a graph's constants")
struct GraphWeightsTests {
  /// What the script says of a graph: its weights were variables before it was frozen.
  struct Row: Decodable, CustomTestStringConvertible {
    let file: String
    let weights: [String]
    let ranges: [String]
    let variables: [String]
    var folder: String?

    var testDescription: String { "\(folder ?? "")/\(file)" }
    var path: String { Fixture.path("graphs/\(folder ?? "")/\(file)") }
  }

  struct Rows: Decodable {
    let graphs: [Row]
  }

  static let rows: [Row] = ["weights-0.12", "weights-1.15", "weights-2x"].flatMap { folder -> [Row] in
    let url = URL(filePath: Fixture.path("graphs/\(folder)/weights.json"))
    guard let data = try? Data(contentsOf: url), let rows = try? JSONDecoder().decode(Rows.self, from: data) else {
      return []
    }
    return rows.graphs.map { row in
      var row = row
      row.folder = folder
      return row
    }
  }

  static let frozen = rows.filter { !$0.weights.isEmpty }
  static let unfrozen = rows.filter { $0.weights.isEmpty }

  @Test("the weights are the constants that were variables, and the ranges of quantised ones", arguments: frozen)
  func weights(row: Row) throws {
    let graph = try FrozenGraph(path: row.path)
    let others = Set(graph.otherConstantNames ?? [])
    let found = graph.descriptors.map(\.name).filter { !others.contains($0) }
    // A scalar that is multiplied with cannot be told from any number of the program once the marks of freezing are gone.
    let hidden = row.file == "stripped.pb" ? ["net/logits/temperature"] : []
    #expect(Set(found) == Set(row.weights + row.ranges).subtracting(hidden))
    #expect(graph.weightCount == found.count)
    #expect(Set(graph.variableNames) == Set(row.variables))
    #expect(!graph.isUnfrozen)
  }

  @Test("a graph with variables is not frozen, and names them", arguments: unfrozen)
  func variables(row: Row) throws {
    #expect(!row.variables.isEmpty)
    let graph = try FrozenGraph(path: row.path)
    #expect(graph.isUnfrozen)
    // A variable that a function makes has the function's name before its own.
    #expect(
      Set(graph.variableNames.map { $0.split(separator: "/").last })
        == Set(row.variables.map { $0.split(separator: "/").last }))
    #expect(graph.variableNames.count == row.variables.count)
    let error = #expect(throws: MetaGraphError.self) { try graph.requireFrozen() }
    #expect(error?.reason == .notFrozen(variables: graph.variableNames, checkpoint: nil))
    #expect("\(try #require(error))".contains("in a checkpoint, not in this file"))
  }

  @Test("there are graphs of three releases of each kind")
  func fixtures() {
    #expect(Self.frozen.count >= 26)
    #expect(Self.unfrozen.count >= 6)
  }

  // MARK: - Made graphs

  private func floats(_ name: String, _ count: Int) -> Message {
    let shape = Message.bytes(2, Message.message(2, .number(1, UInt64(count))).bytes)
    let tensor = Message([.number(1, 1), shape, .float(5, 1)]).bytes
    return .node(name, "Const", attributes: [("dtype", .number(6, 1)), ("value", .bytes(8, tensor))])
  }

  private func open(_ nodes: [Message]) throws -> FrozenGraph {
    let scratch = try TemporaryDirectory()
    return try FrozenGraph(path: scratch.write(Message(nodes).bytes, to: "graph.pb"))
  }

  private func weights(_ nodes: Message...) throws -> [String] {
    let graph = try open(nodes)
    return graph.descriptors.map(\.name).filter { graph.otherConstantNames?.contains($0) == false }
  }

  @Test("inputs that nothing produces, and nodes that wait for each other, are passed over")
  func malformed() throws {
    #expect(
      try weights(
        floats("w", 3), .node("x", "MatMul", inputs: ["gone", "w"]), .node("y", "BiasAdd", inputs: ["x", "gone:7"]),
        .node("z", "Conv2D"), .node("i", "Identity"), .node("r/ReadVariableOp", "Identity", inputs: ["i"])) == ["w"])
    #expect(
      try weights(
        floats("w", 3), .node("a", "Identity", inputs: ["b"]), .node("b", "Identity", inputs: ["a"]),
        .node("m", "MatMul", inputs: ["a", "w"]), .node("self", "AddV2", inputs: ["self", "w"]),
        .node("n", "IdentityN", inputs: ["n", "n:1"]), .node("o", "MatMul", inputs: ["n:1", "n:-3"])) == ["w"])
  }

  @Test("only what depends on constants alone is a weight")
  func constantsAlone() throws {
    #expect(
      try weights(
        .node("x", "Placeholder"), floats("state", 4), floats("a", 2), floats("b", 2), floats("table", 5),
        floats("axis", 1),
        .node("joined", "ConcatV2", inputs: ["x", "state", "axis"]),
        .node("rows", "GatherV2", inputs: ["table", "x", "axis"]),
        .node("kernel", "Pack", inputs: ["a", "b"]), .node("m", "MatMul", inputs: ["joined", "kernel"]),
        .node("n", "MatMul", inputs: ["rows", "m"])) == ["a", "b", "table"])
  }

  @Test(
    "without marks of freezing, numbers with made-up names are none of the weights, and with them only marked ones are")
  func marks() throws {
    let nodes = [
      .node("x", "Placeholder"), floats("sub/y", 3), floats("Const_1", 3), floats("scale", 3), floats("bias", 3),
      .node("sub", "Sub", inputs: ["x", "sub/y"]), .node("a", "Mul", inputs: ["sub", "Const_1"]),
      .node("b", "Mul", inputs: ["a", "scale"]), .node("c", "BiasAdd", inputs: ["b", "bias"]),
    ]
    #expect(try open(nodes).otherConstantNames == ["Const_1", "sub/y"])
    let marked = nodes + [floats("beta", 3), .node("beta/read", "Identity", inputs: ["beta"])]
    #expect(try open(marked).otherConstantNames == ["Const_1", "scale", "sub/y"])
  }

  @Test("a chain of a hundred thousand identities, and a constant used as often, take no recursion and linear time")
  func large() throws {
    let count = 100_000
    let chain = (1...count).map { Message.node("i\($0)", "Identity", inputs: [$0 == 1 ? "w" : "i\($0 - 1)"]) }
    let fan = (0..<count).map { Message.node("m\($0)", "BiasAdd", inputs: ["x", "v"]) }
    let graph = try open(
      [floats("w", 3), floats("v", 3), .node("x", "Placeholder")] + chain
        + [.node("m", "MatMul", inputs: ["x", "i\(count)"])] + fan)
    #expect(graph.otherConstantNames == [])
    #expect(graph.weightCount == 2)
  }

  @Test(
    "functions that call themselves and each other, with more inputs and results than they declare, are walked and left"
  )
  func hostileFunctions() throws {
    func function(_ name: String, _ argument: String, _ body: Message..., result: String) -> Message {
      let signature = Message.message(1, .text(1, name), .message(2, .text(1, argument)), .message(3, .text(1, "out")))
      // Nodes are field 3 here, and field 1 of a graph.
      let nodes = body.flatMap { [0x1a] + $0.bytes.dropFirst() }
      let returned = Message.message(4, .text(1, "out"), .text(2, result))
      return .message(2, .bytes(1, signature.bytes + nodes + returned.bytes))
    }
    func call(_ name: String, _ op: String, _ inputs: [String], _ attribute: String, _ function: String) -> Message {
      .node(name, op, inputs: inputs, attributes: [(attribute, .bytes(10, Message.text(1, function).bytes))])
    }
    let graph = try open([
      floats("w", 3), .node("x", "Placeholder"),
      function(
        "f", "a", call("again", "PartitionedCall", ["a", "a", "a"], "f", "f"),
        .node("m", "MatMul", inputs: ["a", "again:output:5"]), result: "again:output:0"),
      function("g", "a", .node("again", "g", inputs: ["a"]), result: "a"),
      call("p", "PartitionedCall", ["w", "x"], "f", "f"), call("q", "While", ["x"], "body", "f"),
      call("r", "If", ["x", "w"], "then_branch", "g"), call("s", "StatefulPartitionedCall", [], "f", "absent"),
      .node("t", "BiasAdd", inputs: ["x", "p:3"]),
    ])
    #expect(graph.problems.isEmpty)
    #expect(graph.descriptors.map(\.name) == ["w"])
  }
}
