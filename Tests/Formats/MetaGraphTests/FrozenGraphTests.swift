import Bytes
import Files
import Messages
import MetaGraph
import Tensors
import Testing
import TestSupport

@Suite("Frozen graphs")
struct FrozenGraphTests {
  static let fixtures = ["frozen-0.12", "frozen-1.15", "frozen-2x"]

  @Test("Every constant reads back to what a session makes of it, in pieces of any length", arguments: fixtures)
  func values(fixture: String) throws {
    let rows = try GoldenValues("graphs/\(fixture)/values.json").tensors
    let graph = try FrozenGraph(path: Fixture.path("graphs/\(fixture)/frozen.pb"))
    #expect(graph.problems.isEmpty)
    #expect(graph.descriptors.map(\.name) == rows.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    for row in rows {
      let descriptor = try graph.requireDescriptor(named: row.name)
      #expect(descriptor.dtype.name == row.dtype, "\(row.name)")
      #expect(descriptor.shape.dimensions == row.shape, "\(row.name)")
      if let strings = row.strings {
        #expect(try graph.readStrings(descriptor) == strings.map { [UInt8]($0) }, "\(row.name)")
        continue
      }
      for limit in [16, 32, 1 << 16] {
        var bytes: [UInt8] = []
        var count = 0
        try graph.read(descriptor, maximumByteCount: limit) { piece in
          #expect(piece.byteCount <= limit)
          bytes += [UInt8](piece)
          count += 1
        }
        #expect(count > 0)
        #expect(bytes == row.bytes.map { [UInt8]($0) } ?? [], "\(row.name)")
      }
    }
  }

  // MARK: - Made graphs

  /// A constant whose TensorProto has these fields after its dtype.
  private func constant(named name: String = "c", dtype: UInt64 = 1, declared: UInt64? = nil, _ fields: Message...)
    -> Message
  {
    .node(
      name, "Const",
      attributes: [
        ("dtype", .number(6, declared ?? dtype)),
        ("value", .bytes(8, Message([.number(1, dtype)] + fields).bytes)),
      ])
  }

  private func shape(_ extents: Int...) -> Message {
    .bytes(2, extents.flatMap { Message.message(2, .number(1, UInt64(bitPattern: Int64($0)))).bytes })
  }

  private func open(_ nodes: Message...) throws -> FrozenGraph {
    let scratch = try TemporaryDirectory()
    return try FrozenGraph(path: scratch.write(Message(nodes).bytes, to: "graph.pb"))
  }

  @Test("A constant that cannot be is a problem of its own, by name, and the others are read")
  func defects() throws {
    let good = constant(named: "good", shape(2), .float(5, 1), .float(5, 2))
    let cases: [(Message, ConstantDefect)] = [
      (constant(shape(-1), .float(5, 1)), .badShape(.negativeDimension(-1))),
      (constant(shape(1 << 40, 1 << 40)), .badShape(.tooManyElements([1 << 40, 1 << 40]))),
      (constant(shape(1 << 40), .float(5, 1)), .tooManyElements(1 << 40)),
      (constant(shape(2), .bytes(4, [1, 2, 3])), .byteCount(expected: 8, found: 3)),
      (constant(shape(1), .float(5, 1), .float(5, 2)), .valueCount(expected: 1, found: 2)),
      (constant(dtype: 7, shape(1 << 50), .text(8, "x")), .tooManyElements(1 << 50)),
      (constant(dtype: 7, shape(1), .text(8, "x"), .text(8, "y")), .valueCount(expected: 1, found: 2)),
      (constant(shape(2), .bytes(5, [1, 2, 3])), .raggedList(byteCount: 3, width: 4)),
      (constant(dtype: 99, shape(2)), .unknownDType(99)),
      (constant(dtype: 101, shape(2)), .unknownDType(101)),
      (constant(declared: 3, shape(2)), .dtypesDiffer(GraphType(number: 3), GraphType(number: 1))),
      (constant(.message(2, .number(3, 1))), .unknownRank),
      (.node("c", "Const"), .noValue),
    ]
    for (node, defect) in cases {
      let graph = try open(node, good)
      #expect(graph.descriptors.map(\.name) == ["good"])
      #expect(try graph.readAll(graph.descriptors[0]) == [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
      #expect(graph.problems.map(\.tensor) == ["c"])
      #expect((graph.problems[0].error as? MetaGraphError)?.reason == .constant(defect))
      #expect("\(graph.problems[0].error)".contains("constant 'c'"))
    }
  }

  @Test("Of nodes with one name the first is read, and the second said")
  func duplicates() throws {
    let graph = try open(constant(named: "a", .float(5, 1)), constant(named: "a", .float(5, 2)))
    #expect(try graph.readAll(graph.descriptors[0]) == [0, 0, 0x80, 0x3f])
    #expect(graph.problems.map { ($0.error as? MetaGraphError)?.reason } == [.duplicateNode("a")])
  }

  @Test("Packed varints may be cut anywhere, and strings may be kept as content")
  func codings() throws {
    let varints = (0..<100_000).flatMap { Varint.encode(UInt64($0)) }
    let graph = try open(
      constant(named: "numbers", dtype: 9, shape(100_000), .bytes(10, varints)),
      constant(named: "strings", dtype: 7, shape(3), .bytes(4, [1, 0, 2] + Array("abc".utf8))),
      constant(named: "short", dtype: 7, shape(3), .bytes(4, [1, 0, 9] + Array("abc".utf8))))
    let bytes = try graph.readAll(graph.requireDescriptor(named: "numbers"))
    #expect(bytes == packed((0..<100_000).map(Int64.init)))
    let strings = try graph.readStrings(graph.requireDescriptor(named: "strings"))
    #expect(strings == [Array("a".utf8), [], Array("bc".utf8)])
    #expect(throws: MetaGraphError.self) { try graph.readStrings(graph.requireDescriptor(named: "short")) }
    #expect(throws: MetaGraphError.self) { try graph.readStrings(graph.requireDescriptor(named: "numbers")) }
    #expect(throws: MetaGraphError.self) { try graph.readAll(graph.requireDescriptor(named: "strings")) }
  }

  @Test("Another kind of file is refused by name")
  func otherKinds() throws {
    let scratch = try TemporaryDirectory()
    let kinds: [([UInt8], FileKind)] = [
      ([], .empty), (Array("some text of no kind\n".utf8), .text), (Array("<html>".utf8), .html),
      (Message(.node("", "Const")).bytes, .unknown), (Message(.number(3, 21)).bytes, .unknown),
    ]
    for (bytes, kind) in kinds {
      let path = try scratch.write(bytes, to: "graph.pb")
      let error = #expect(throws: MetaGraphError.self) { try FrozenGraph(path: path) }
      #expect(error?.reason == .notGraph(kind))
    }
  }

  @Test(
    "A graph in text format is said to be one, whatever its name",
    arguments: [
      "node { name: \"a\" }", "node {\n  name: \"a\"\n  op: \"Const\"\n}\n", "# made by hand\n\n  node <\n",
      "versions: {}\n",
      "library {\n", "versions {\n  producer: 21\n}\n",
    ])
  func textFormat(text: String) throws {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(Array(text.utf8), to: "graph.pb")
    let error = #expect(throws: MetaGraphError.self) { try FrozenGraph(path: path) }
    #expect(error?.reason == .textGraph)
  }

  @Test("A graph cut at any byte, or with any bit flipped, throws or is read and never traps")
  func damaged() throws {
    let scratch = try TemporaryDirectory()
    let bytes = Message([
      constant(named: "floats", shape(2, 2), .float(5, 1), .float(5, 2)),
      constant(named: "content", dtype: 3, shape(2), .bytes(4, [1, 0, 0, 0, 2, 0, 0, 0])),
      constant(named: "strings", dtype: 7, shape(2), .text(8, "ab")), .node("out", "Identity", inputs: ["floats"]),
    ]).bytes
    func look(_ bytes: [UInt8]) throws {
      let path = try scratch.write(bytes, to: "graph.pb")
      try (try? FrozenGraph(path: path))?.readEverything(upTo: 1 << 20)
    }
    for end in bytes.indices { try look(Array(bytes[..<end])) }
    for position in bytes.indices {
      for bit in [0, 3, 7] as [UInt8] {
        var changed = bytes
        changed[position] ^= 1 << bit
        try look(changed)
      }
    }
  }
}
