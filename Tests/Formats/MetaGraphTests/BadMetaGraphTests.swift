import Bytes
import Files
import Messages
import MetaGraph
import ProtobufWire
import Testing
import TestSupport

@Suite("A file that is not a .meta file")
struct BadMetaGraphTests {
  struct Defect: CustomTestStringConvertible, Sendable {
    let name: String
    let reason: MetaGraphDefect
    let offset: Int?
    var testDescription: String { name }
  }

  static let defects: [Defect] = [
    Defect(name: "meta-empty", reason: .notMetaGraph(.empty), offset: nil),
    Defect(name: "meta-html", reason: .notMetaGraph(.html), offset: nil),
    Defect(name: "meta-deep-groups", reason: .wire(.group(field: 127)), offset: 0),
    Defect(name: "meta-field-zero", reason: .wire(.fieldZero), offset: 0),
    Defect(name: "meta-length-overflow", reason: .wire(.bytes(.tooLarge(.max))), offset: 1),
    Defect(
      name: "meta-wrong-wire-type",
      reason: .wire(.unexpectedWireType(field: 2, expected: .lengthDelimited, found: .varint)), offset: 0),
    Defect(name: "meta-truncated", reason: .wire(.bytes(.endOfBytes(needed: 23, left: 18))), offset: 11),
  ]

  @Test("is refused with the reason and the place", arguments: defects)
  func refused(defect: Defect) throws {
    let path = Fixture.path("checkpoints/bad/\(defect.name)/model.ckpt.meta")
    let error = #expect(throws: MetaGraphError.self) { try MetaGraphFile(path: path) }
    #expect(error?.reason == defect.reason)
    #expect(error?.offset == defect.offset)
    #expect(error?.category == .badData)
    #expect(error?.description.hasPrefix(path) == true)
  }

  @Test(
    "nests too deeply: the node is listed, its attributes are refused",
    arguments: ["meta-deep-function", "meta-deep-tensor"])
  func deep(name: String) throws {
    let graph = try MetaGraphFile(path: Fixture.path("checkpoints/bad/\(name)/model.ckpt.meta")).definition
    let node = try graph.requireNode(named: "n")
    let error = #expect(throws: MetaGraphError.self) { try graph.attributes(of: node) }
    #expect(error?.reason == .wire(.tooDeep(limit: 64)))
  }

  @Test("has a node's name that is not UTF-8: the name is escaped")
  func badUTF8() throws {
    let graph = try MetaGraphFile(path: Fixture.path("checkpoints/bad/meta-bad-utf8/model.ckpt.meta")).definition
    #expect(graph.nodes.map(\.name) == ["\\xff\\xfe"])
  }

  @Test("is missing, a directory, a table, a SavedModel, text")
  func otherKinds() throws {
    func reason(_ path: String) -> MetaGraphDefect? {
      #expect(throws: MetaGraphError.self) { try MetaGraphFile(path: path) }?.reason
    }
    let missing = Fixture.path("checkpoints/none.meta")
    #expect(reason(missing) == .file(FileError(.cannotOpen(2), file: missing)))
    #expect(reason(Fixture.path("checkpoints")) == .file(FileError(.isDirectory, file: Fixture.path("checkpoints"))))
    #expect(reason(Fixture.path("checkpoints/v1-small/model.ckpt")) == .notMetaGraph(.table))
    try withFile([0x08, 0x01, 0x12, 0x00]) { #expect(reason($0) == .savedModelInstead) }
    try withFile(Array("saved_model_schema_version: 1\n".utf8)) { #expect(reason($0) == .notMetaGraph(.text)) }
    // Fields that no MetaGraphDef has.
    try withFile(Message.text(9, "x").bytes) { #expect(reason($0) == .notMetaGraph(.unknown)) }
  }

  @Test("repeats a message that may stand once: a few are merged, many are refused")
  func merges() throws {
    func signature(_ count: Int) -> [UInt8] {
      let value = Message.message(2, .message(1, .text(1, "x")))
      return Message(.message(5, .text(1, "c"), Message([Message](repeating: value, count: count)))).bytes
    }
    try withFile(signature(65)) { path in
      let graph = try MetaGraphFile(path: path).definition
      #expect(graph.signatures.map(\.inputs.count) == [65])
    }
    try withFile(signature(66)) { path in
      let error = #expect(throws: MetaGraphError.self) { try MetaGraphFile(path: path) }
      #expect(error?.reason == .wire(.tooManyMerges(field: 2, limit: 64)))
    }
  }

  @Test("has a name beyond the limit")
  func longName() throws {
    let name = String(repeating: "n", count: 1 << 17)
    try withFile(Message(.message(2, .node(name, "NoOp"))).bytes) { path in
      let error = #expect(throws: MetaGraphError.self) { try MetaGraphFile(path: path) }
      #expect(error?.reason == .nameTooLong(byteCount: 1 << 17, limit: 1 << 16))
    }
  }
}
