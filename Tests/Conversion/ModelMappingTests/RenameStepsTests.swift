import Bytes
import Files
import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

/// What rules make of tensors whose elements count up from 0: names, shapes and elements.
struct RuledCase: Sendable, CustomTestStringConvertible {
  let what: String
  let rules: String
  /// Names and shapes of the source; each tensor counts on where the one before it ended.
  let tensors: [(name: String, shape: [Int])]
  let expected: [(name: String, shape: [Int], elements: [Int])]
  var testDescription: String { what }

  init(
    _ what: String, _ rules: String, _ tensors: [(String, [Int])], _ expected: [(String, [Int], [Int])]
  ) {
    self.what = what
    self.rules = rules
    self.tensors = tensors.map { ($0.0, $0.1) }
    self.expected = expected.map { ($0.0, $0.1, $0.2) }
  }
}

@Suite("Rules that change layouts")
struct RenameStepsTests {
  /// Tensors of 16-bit numbers that count up.
  static func source(_ tensors: [(name: String, shape: [Int])]) throws -> InMemoryTensorSource {
    var next = 0
    return InMemoryTensorSource(
      try tensors.map { name, shape in
        let count = shape.reduce(1, *)
        defer { next += count }
        return try .init(name, .int16, shape, bytes: packed((next..<next + count).map(Int16.init(truncatingIfNeeded:))))
      })
  }

  static func rules(_ json: String) throws -> RenameRules {
    try RenameRules(json: Array("{\"rules\": [\(json)]}".utf8))
  }

  static func apply(_ rules: RenameRules, to source: any TensorSource) throws -> DerivedSource {
    try DerivedSource(source, tensors: rules.apply(to: source).tensors.map { ($0.name, $0.expression) })
  }

  /// Read in pieces of 16 bytes.
  static func elements(_ name: String, of source: any TensorSource) throws -> [Int] {
    var bytes: [UInt8] = []
    try source.read(source.requireDescriptor(named: name), maximumByteCount: 16) { piece in
      #expect(piece.byteCount <= 16 && piece.byteCount.isMultiple(of: 2))
      bytes += [UInt8](piece)
    }
    return stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8 }
  }

  /// By numpy: `numpy.arange(n).reshape(shape)`, then the function of the same name.
  static let cases: [RuledCase] = [
    RuledCase(
      "squeeze of one axis", #"{"match": "w", "squeeze": 0}"#, [("w", [1, 2, 3])], [("w", [2, 3], Array(0..<6))]),
    RuledCase(
      "squeeze of the last axis", #"{"match": "w", "squeeze": [-1]}"#, [("w", [1, 2, 1])], [("w", [1, 2], [0, 1])]),
    RuledCase(
      "squeeze of all axes of extent 1", #"{"match": "w", "squeeze": true}"#, [("w", [1, 2, 1, 1])],
      [("w", [2], [0, 1])]),
    RuledCase(
      "squeeze of nothing", #"{"match": "w", "squeeze": true}"#, [("w", [2, 3])], [("w", [2, 3], Array(0..<6))]),
    RuledCase(
      "unsqueeze at both ends", #"{"match": "w", "unsqueeze": [0, -1]}"#, [("w", [2])], [("w", [1, 2, 1], [0, 1])]),
    RuledCase(
      "reshape with a rest", #"{"match": "w", "reshape": [3, -1]}"#, [("w", [2, 3])], [("w", [3, 2], Array(0..<6))]),
    RuledCase("reshape to a scalar", #"{"match": "w", "reshape": []}"#, [("w", [1, 1])], [("w", [], [0])]),
    RuledCase(
      "reshape with extents of the source", #"{"match": "w", "reshape": ["@-1", 1, "@0"]}"#, [("w", [2, 3])],
      [("w", [3, 1, 2], Array(0..<6))]),
    RuledCase(
      "keys in the order in which they are written: reshape, transpose",
      #"{"match": "w", "reshape": [2, 2, 2], "transpose": [2, 0, 1]}"#, [("w", [8])],
      [("w", [2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7])]),
    RuledCase(
      "keys in the order in which they are written: transpose, reshape",
      #"{"match": "w", "transpose": [1, 0], "reshape": [6]}"#, [("w", [2, 3])], [("w", [6], [0, 3, 1, 4, 2, 5])]),
    RuledCase(
      "split of the first axis", #"{"match": "w$", "split": {"axis": 0, "into": ["a", "b"]}}"#, [("h/w", [4, 2])],
      [("h/a", [2, 2], Array(0..<4)), ("h/b", [2, 2], Array(4..<8))]),
    RuledCase(
      "split of the last axis", #"{"match": "^(.)/w$", "split": {"axis": -1, "into": ["$1.a", "$1.b", "$1.c"]}}"#,
      [("h/w", [2, 3])], [("h.a", [2, 1], [0, 3]), ("h.b", [2, 1], [1, 4]), ("h.c", [2, 1], [2, 5])]),
    RuledCase(
      "split with sizes and a rest that is left out",
      #"{"match": "w", "split": {"axis": 0, "sizes": [2, -1, 1], "into": ["a", null, "c"]}}"#, [("w", [6])],
      [("a", [2], [0, 1]), ("c", [1], [5])]),
    RuledCase(
      "squeeze, transpose, split in one rule",
      #"{"match": "w", "squeeze": 0, "transpose": [1, 0], "split": {"axis": 0, "into": ["q", "k"]}}"#,
      [("w", [1, 2, 4])], [("k", [2, 2], [2, 6, 3, 7]), ("q", [2, 2], [0, 4, 1, 5])]),
    RuledCase(
      "keys after a split apply to the parts",
      #"{"match": "w", "split": {"axis": 1, "into": ["q", "k"]}, "transpose": [1, 0]}"#,
      [("w", [2, 4])], [("k", [2, 2], [2, 6, 3, 7]), ("q", [2, 2], [0, 4, 1, 5])]),
    RuledCase(
      "concatenation in the order that is given, grouped by the name",
      #"{"match": "^(.)/([qkv])$", "replace": "$1.qkv", "concatenate": {"axis": 0, "group": 2, "order": ["q", "k", "v"]}}"#,
      [("a/k", [1]), ("a/q", [1]), ("a/v", [1]), ("b/v", [2]), ("b/k", [2]), ("b/q", [2]), ("c/z", [1])],
      [("a.qkv", [3], [1, 0, 2]), ("b.qkv", [6], [7, 8, 5, 6, 3, 4]), ("c/z", [1], [9])]),
    RuledCase(
      "concatenation of the last axis, then transposed",
      #"{"match": "^([ab])$", "replace": "c", "concatenate": {"axis": -1, "group": 1, "order": ["a", "b"]}, "transpose": [1, 0]}"#,
      [("a", [2, 1]), ("b", [2, 2])], [("c", [3, 2], [0, 1, 2, 4, 3, 5])]),
    RuledCase(
      "concatenation by number, from 1 or with zeros before it",
      #"{"match": "^part_(\\d+)$", "replace": "whole", "concatenate": {"axis": 0, "group": 1}}"#,
      [
        ("part_10", [1]), ("part_01", [1]), ("part_02", [1]), ("part_3", [1]), ("part_4", [1]), ("part_5", [1]),
        ("part_6", [1]), ("part_7", [1]), ("part_8", [1]), ("part_9", [1]),
      ],
      [("whole", [10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])]),
    RuledCase(
      "experts stacked on a new axis",
      #"{"match": "^e(\\d)/w$", "replace": "experts", "unsqueeze": 0, "concatenate": {"axis": 0, "group": 1}}"#,
      [("e0/w", [2, 2]), ("e1/w", [2, 2])], [("experts", [2, 2, 2], Array(0..<8))]),
    RuledCase(
      "a depthwise kernel [h, w, c, m] as PyTorch has it, [c m, 1, h, w]",
      #"{"match": "w", "transpose": [2, 3, 0, 1], "reshape": [-1, 1, "@2", "@3"]}"#, [("w", [1, 2, 3, 2])],
      [("w", [6, 1, 1, 2], [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11])]),
    RuledCase(
      "heads side by side, each with its query, key and value, apart in three",
      #"{"match": "w", "reshape": [2, 3, -1], "transpose": [1, 0, 2], "split": {"axis": 0, "into": ["q", "k", "v"]}, "squeeze": 0}"#,
      [("w", [12])], [("k", [2, 2], [2, 3, 8, 9]), ("q", [2, 2], [0, 1, 6, 7]), ("v", [2, 2], [4, 5, 10, 11])]),
    RuledCase(
      "gates in another order: a split, then a concatenation",
      #"""
      {"match": "^bias$", "split": {"axis": 0, "into": ["bias.i", "bias.j", "bias.f", "bias.o"]}},
      {"match": "^bias\\.([ijfo])$", "replace": "bias", "concatenate": {"axis": 0, "group": 1, "order": ["i", "f", "j", "o"]}}
      """#, [("bias", [8])], [("bias", [8], [0, 1, 4, 5, 2, 3, 6, 7])]),
    RuledCase(
      "drop", #"{"match": "/adam_", "drop": true}"#, [("w", [1]), ("w/adam_m", [1])], [("w", [1], [0])]),
    RuledCase(
      "two names exchanged, which collide only on the way",
      #"{"match": "^a$", "replace": "t"}, {"match": "^b$", "replace": "a"}, {"match": "^t$", "replace": "b"}"#,
      [("a", [1]), ("b", [1])], [("a", [1], [1]), ("b", [1], [0])]),
    RuledCase(
      "parts of no elements", #"{"match": "w", "split": {"axis": 0, "sizes": [0, 2], "into": ["a", "b"]}}"#,
      [("w", [2, 1])], [("a", [0, 1], []), ("b", [2, 1], [0, 1])]),
    RuledCase(
      "an empty tensor", #"{"match": "w", "split": {"axis": 1, "into": ["a", "b"]}, "transpose": [1, 0]}"#,
      [("w", [0, 2])], [("a", [1, 0], []), ("b", [1, 0], [])]),
  ]

  @Test("tensors are moved as numpy moves them", arguments: cases)
  func steps(row: RuledCase) throws {
    let result = try Self.apply(Self.rules(row.rules), to: Self.source(row.tensors))
    #expect(result.descriptors.map(\.name) == row.expected.map(\.name))
    for expected in row.expected {
      #expect(result.descriptor(named: expected.name)?.shape.dimensions == expected.shape)
      #expect(try Self.elements(expected.name, of: result) == expected.elements, "\(expected.name)")
    }
  }

  struct Loop: Sendable, CustomTestStringConvertible {
    let what: String
    let there: String
    let back: String
    let tensors: [(name: String, shape: [Int])]
    var testDescription: String { what }
  }

  @Test(
    "the rules of the way back undo those of the way there",
    arguments: [
      Loop(
        what: "GPT-2's kernels",
        there: #"{"match": "^model/h(\\d)/(.*)/w$", "replace": "h.$1.$2.weight", "squeeze": 0}"#,
        back: #"{"match": "^h\\.(\\d)\\.(.*)\\.weight$", "replace": "model/h$1/$2/w", "unsqueeze": 0}"#,
        tensors: [("model/h0/mlp/w", [1, 2, 3])]),
      Loop(
        what: "BERT's attention in one matrix",
        there: #"""
          {"match": "(.*)/(query|key|value)/(kernel|bias)$", "replace": "$1/qkv/$3",
           "concatenate": {"axis": -1, "group": 2, "order": ["query", "key", "value"]}}
          """#,
        back: #"{"match": "qkv/(kernel|bias)$", "split": {"axis": -1, "into": ["query/$1", "key/$1", "value/$1"]}}"#,
        tensors: ["query", "key", "value"].flatMap { [("self/\($0)/kernel", [4, 4]), ("self/\($0)/bias", [4])] }),
      Loop(
        what: "a depthwise kernel",
        there: #"{"match": "w", "transpose": [2, 3, 0, 1], "reshape": [-1, 1, "@2", "@3"]}"#,
        back: #"{"match": "w", "reshape": [-1, 2, "@2", "@3"], "transpose": [2, 3, 0, 1]}"#,
        tensors: [("w", [3, 3, 4, 2])]
      ),
    ])
  func loops(row: Loop) throws {
    let source = try Self.source(row.tensors)
    let there = try Self.apply(Self.rules(row.there), to: source)
    let back = try Self.apply(Self.rules(row.back), to: there)
    #expect(there.descriptors.map(\.name) != source.descriptors.map(\.name) || row.what.contains("depthwise"))
    #expect(back.descriptors.map(\.name) == source.descriptors.map(\.name))
    for descriptor in source.descriptors {
      #expect(back.descriptor(named: descriptor.name)?.shape == descriptor.shape)
      #expect(try Self.elements(descriptor.name, of: back) == Self.elements(descriptor.name, of: source))
    }
  }

  @Test("the rules that are offered ready can be read, and those of the documentation")
  func ready() throws {
    let folder = Fixture.path("renaming")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
    #expect(files.count >= 9)
    for file in files { #expect(try !RenameRules(path: "\(folder)/\(file)").rules.isEmpty) }
    let page = try String(contentsOf: Fixture.packageRoot.appending(path: "docs/renaming.md"), encoding: .utf8)
    let blocks = page.components(separatedBy: "```json\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count >= 3)
    for block in blocks {
      // A whole file, or rules one below the other.
      let json =
        block.contains("\"rules\"") ? block : "{\"rules\": [\(block.replacingOccurrences(of: "}\n{", with: "},\n{"))]}"
      #expect(try !RenameRules(json: Array(json.utf8)).rules.isEmpty)
    }
    let schema =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: Fixture.packageRoot.appending(path: "Schemas/rename-rules.schema.json")))
      as? [String: Any]
    for example in try #require(schema?["examples"] as? [[String: Any]]) {
      let json = try JSONSerialization.data(withJSONObject: example)
      #expect(try !RenameRules(json: Array(json)).rules.isEmpty)
    }
  }

  @Test("strings take another shape; a dtype of four bits, a byte for each element, moves like any other")
  func odd() throws {
    let strings = InMemoryTensorSource([
      try .init("s", [1, 2], strings: [[1], [2, 3]]), try .init("w", .int4, [2, 2], bytes: [1, 15, 7, 8]),
    ])
    let result = try Self.apply(
      Self.rules(#"{"match": "s", "squeeze": 0, "unsqueeze": 1}, {"match": "w", "transpose": [1, 0]}"#), to: strings)
    #expect(result.descriptors.map(\.shape.dimensions) == [[2, 1], [2, 2]])
    #expect(try result.readStrings(result.requireDescriptor(named: "s")) == [[1], [2, 3]])
    #expect(result.descriptors[0].byteCount == 3)
    #expect(try result.readAll(result.requireDescriptor(named: "w")) == [1, 7, 15, 8])
  }

  /// Counts how often a source is read.
  private final class CountingSource: TensorSource {
    let base: InMemoryTensorSource
    let count = Mutex(0)
    var format: String { base.format }
    var files: [SourceFile] { base.files }
    var descriptors: [TensorDescriptor] { base.descriptors }
    var metadata: [String: String] { base.metadata }

    init(_ base: InMemoryTensorSource) {
      self.base = base
    }

    func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
      count.withLock { $0 += 1 }
      try base.read(descriptor, maximumByteCount: maximumByteCount, body)
    }

    func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { try base.readStrings(descriptor) }
  }

  @Test("a thousand parts are one pass over their tensor")
  func parts() throws {
    let source = CountingSource(try Self.source([("w", [1000, 2])]))
    let names = (0..<1000).map { "\"p\($0)\"" }.joined(separator: ",")
    let result = try Self.apply(
      Self.rules("{\"match\": \"w\", \"split\": {\"axis\": 0, \"into\": [\(names)]}, \"transpose\": [1, 0]}"),
      to: source)
    for part in [0, 1, 500, 999] {
      #expect(try Self.elements("p\(part)", of: result) == [2 * part, 2 * part + 1])
    }
    #expect(source.count.withLock { $0 } == 1)
  }

  @Test("what keeps the order of the elements is never held whole")
  func streaming() throws {
    let source = try Self.source([("a", [1, 4, 6]), ("b", [1, 2, 6])])
    // What needs more than a few bytes needs a file, which cannot be made.
    func read(_ rule: String, byteCount: Int) throws {
      var result = try Self.apply(Self.rules(rule), to: source)
      result.room = LayoutRoom(byteCount: byteCount, directory: "/nonexistent/directory")
      for descriptor in result.descriptors {
        try result.read(descriptor, maximumByteCount: 16) { #expect($0.byteCount <= 16) }
      }
    }
    let streaming = [
      #"{"match": "a", "split": {"axis": 1, "into": ["p", "q"]}}"#, #"{"match": "a", "squeeze": 0}"#,
      #"{"match": "a", "split": {"axis": 2, "into": ["p", "q"]}, "reshape": [-1]}"#,
      #"{"match": "a", "transpose": [1, 0, 2]}"#,
      #"{"match": "^(.)$", "replace": "c", "concatenate": {"axis": 1, "group": 1, "order": ["b", "a"]}}"#,
    ]
    for rule in streaming { try read(rule, byteCount: 2) }
    let held = #"{"match": "a", "transpose": [0, 2, 1]}"#
    try read(held, byteCount: 2 * 48)
    #expect(throws: FileError.self, "the operand and the result") { try read(held, byteCount: 2 * 47) }
    // A part is cut out before it is turned.
    let parts = #"{"match": "a", "transpose": [0, 2, 1], "split": {"axis": 1, "into": ["p", "q", "r"]}}"#
    try read(parts, byteCount: 2 * 16)
    #expect(throws: FileError.self) { try read(parts, byteCount: 2 * 15) }
  }
}
