import Foundation
import MetaGraph
import TestSupport
import Testing

@Suite("The summary of a graph")
struct GraphSummaryTests {
  static let paths: [String] = {
    let files = FileManager.default.enumerator(atPath: Fixture.path("checkpoints"))
    let found = (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".meta") && !$0.hasPrefix("bad/") }
    return found.sorted().map { "checkpoints/\($0)" } + [
      "scenes/model.ckpt-4222.meta", "scenes/v2/model.ckpt-4222.meta",
    ]
  }()

  @Test("is that of the whole graph, for every file", arguments: paths)
  func equal(path: String) throws {
    let path = Fixture.path(path)
    let summary = try GraphSummary(path: path)
    #expect(summary == GraphSummary(try MetaGraphFile(path: path).definition))
    #expect(summary.nodeCount > 0 && !summary.variables.isEmpty)
  }

  @Test("finds variables that only a program's own collection and a node tell of")
  func ownCollection() throws {
    let definition = Message.text(1, "v:0")
    let node = Message.node("v", "Mystery")
    let other = Message.node("w", "VariableV2")
    try withFile(Message(.message(2, node, other), .variables("mine", [definition, .text(1, "nobody:0")])).bytes) {
      path in
      let summary = try GraphSummary(path: path)
      #expect(summary.variables.map(\.savedName) == ["v", "w"])
      #expect(summary == GraphSummary(try MetaGraphFile(path: path).definition))
    }
  }

  @Test(
    "of what is no graph is the error that opening it whole gives",
    arguments: [
      "meta-empty", "meta-html", "meta-deep-groups", "meta-field-zero", "meta-length-overflow", "meta-wrong-wire-type",
      "meta-truncated",
    ])
  func refused(name: String) throws {
    let path = Fixture.path("checkpoints/bad/\(name)/model.ckpt.meta")
    let whole = #expect(throws: MetaGraphError.self) { try MetaGraphFile(path: path) }
    let summary = #expect(throws: MetaGraphError.self) { try GraphSummary(path: path) }
    #expect(summary == whole)
  }
}
