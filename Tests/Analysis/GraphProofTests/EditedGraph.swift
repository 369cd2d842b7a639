import GraphProof
import MetaGraph
import TestSupport
import Testing
import Threads

/// A `.meta` file of the fixtures with changes to single nodes.
struct EditedGraph {
  /// NodeDef: 1 name, 2 op, 3 inputs, 5 attributes.
  struct Node {
    fileprivate(set) var message: WireMessage

    mutating func setOp(_ op: String) {
      for place in message.places(of: 2) { message.fields[place].payload = Array(op.utf8) }
    }

    mutating func setInput(_ number: Int, _ name: String) {
      message.fields[message.places(of: 3)[number]].payload = Array(name.utf8)
    }

    var op: String? { message.text(2) }

    /// A variable becomes a constant of its name and shape, as freezing leaves it; its values are zeros.
    mutating func freeze() throws {
      for place in message.places(of: 5) {
        let entry = try WireMessage(parsing: message.fields[place].payload)
        guard entry.text(1) == "shape", let value = entry.places(of: 2).first else { continue }
        let shape = try WireMessage(parsing: entry.fields[value].payload).fields.first { $0.number == 7 }
        setOp("Const")
        try setAttribute(
          "value", [WireMessage.message(8, WireMessage.varint(1, 1), WireMessage.bytes(2, #require(shape).payload))])
        return
      }
    }

    mutating func removeInputs() { message.fields.removeAll { $0.number == 3 } }

    mutating func swapInputs(_ first: Int, _ second: Int) {
      let places = message.places(of: 3)
      message.fields.swapAt(places[first], places[second])
    }

    mutating func setAttribute(_ key: String, _ value: [WireMessage.Field]) throws {
      message.fields = try message.fields.filter { field in
        try field.number != 5 || WireMessage(parsing: field.payload).text(1) != key
      }
      var content = WireMessage()
      content.fields = value
      message.fields.append(WireMessage.message(5, WireMessage.text(1, key), WireMessage.bytes(2, content.bytes)))
    }
  }

  private var file: WireMessage
  private var graph: WireMessage
  private var places: [String: Int] = [:]

  /// Files that were already taken apart, because that takes a while without optimization.
  private static let originals = Guarded<[String: EditedGraph]>([:])

  init(_ path: String) throws {
    if let known = Self.originals.withLock({ $0[path] }) {
      self = known
      return
    }
    let graph = try Self(parsing: path)
    Self.originals.withLock { $0[path] = graph }
    self = graph
  }

  /// MetaGraphDef: 2 graph. GraphDef: 1 nodes.
  private init(parsing path: String) throws {
    file = try WireMessage(parsing: Fixture.bytes(path))
    graph = try WireMessage(parsing: file.fields[#require(file.places(of: 2).first)].payload)
    for place in graph.places(of: 1) {
      places[try WireMessage(parsing: graph.fields[place].payload).text(1) ?? ""] = place
    }
  }

  mutating func edit(_ name: String, _ change: (inout Node) throws -> Void) throws {
    let place = try #require(places[name], "no node '\(name)'")
    var node = Node(message: try WireMessage(parsing: graph.fields[place].payload))
    try change(&node)
    graph.fields[place].payload = node.message.bytes
  }

  mutating func edit(where isChosen: (Node) -> Bool, _ change: (inout Node) throws -> Void) throws {
    for place in graph.places(of: 1) {
      var node = Node(message: try WireMessage(parsing: graph.fields[place].payload))
      guard isChosen(node) else { continue }
      try change(&node)
      graph.fields[place].payload = node.message.bytes
    }
  }

  /// The graph without what goes with it in a `.meta` file.
  var graphBytes: [UInt8] { graph.bytes }

  mutating func add(_ name: String, _ op: String, inputs: [String]) {
    var node = WireMessage()
    node.fields = [WireMessage.text(1, name), WireMessage.text(2, op)] + inputs.map { WireMessage.text(3, $0) }
    graph.fields.append(WireMessage.bytes(1, node.bytes))
  }

  var bytes: [UInt8] {
    var file = file
    for place in file.places(of: 2) { file.fields[place].payload = graph.bytes }
    return file.bytes
  }

  /// Writes the graph and compares it.
  func comparison() throws -> GraphComparison {
    let scratch = try TemporaryDirectory()
    return try GraphComparison(of: MetaGraphFile(path: scratch.write(bytes, to: "edited.meta")).definition)
  }
}
