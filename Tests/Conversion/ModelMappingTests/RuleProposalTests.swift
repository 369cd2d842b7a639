import Foundation
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Proposed rules")
struct RuleProposalTests {
  private static func source(_ tensors: [(String, [Int])]) throws -> InMemoryTensorSource {
    InMemoryTensorSource(
      try tensors.sorted { $0.0 < $1.0 }.enumerated().map { try .init($1.0, .float32, $1.1, seed: UInt64($0)) })
  }

  @Test("layers, transposed kernels and convolutions are found, and the rules lead to the wanted names")
  func layers() throws {
    let source = try Self.source(
      (0..<12).flatMap { layer in
        [
          ("net/layer_\(layer)/dense/kernel", [8, 6]), ("net/layer_\(layer)/dense/bias", [6]),
          ("net/layer_\(layer)/norm/gamma", [6]), ("net/layer_\(layer)/norm/beta", [6]),
        ]
      } + [("net/stem/weights", [3, 3, 4, 5]), ("extra/a.b+c", [7, 7, 7])])
    let targets =
      (0..<12).flatMap { layer in
        [
          ("layers.\(layer).linear.weight", [6, 8]), ("layers.\(layer).linear.bias", [6]),
          ("layers.\(layer).norm.weight", [6]), ("layers.\(layer).norm.bias", [6]),
        ]
      } + [("stem.weight", [5, 4, 3, 3]), ("head.weight", [9])]
    let proposal = RuleProposal(
      from: source.descriptors, to: targets.map { RuleProposal.Target(name: $0.0, dimensions: $0.1) })
    #expect(proposal.unmatched == ["extra/a.b+c"])
    #expect(proposal.missing == ["head.weight"])
    #expect(proposal.matchedCount == 49)
    let outcome = try RenameRules(json: Array(proposal.json.utf8)).apply(to: source)
    let shown = try DerivedSource(source, tensors: outcome.tensors.map { ($0.name, $0.expression) })
    for (name, dimensions) in targets.dropLast() {
      #expect(shown.descriptor(named: name)?.shape.dimensions == dimensions, "\(name)")
    }
  }

  @Test("numbers that count from another one get a rule each, and square matrices the layout of the others")
  func offsets() throws {
    let source = try Self.source([
      ("block1/w", [4, 4]), ("block2/w", [4, 4]), ("out/kernel", [4, 9]), ("out/bias$", [9]),
    ])
    let targets = [("b.0.weight", [4, 4]), ("b.1.weight", [4, 4]), ("out.weight", [9, 4]), ("out.bias$", [9])]
    let proposal = RuleProposal(
      from: source.descriptors, to: targets.map { RuleProposal.Target(name: $0.0, dimensions: $0.1) })
    let outcome = try RenameRules(json: Array(proposal.json.utf8)).apply(to: source)
    #expect(Set(outcome.tensors.map(\.name)) == Set(targets.map(\.0)))
    let block = try #require(outcome.tensors.first { $0.name == "b.0.weight" })
    #expect(block.expression == .permuted(.stored("block1/w"), axes: [1, 0]))
    #expect(!proposal.doubts.isEmpty)
  }

  @Test("a list of names and shapes is read, anything else is not")
  func targets() {
    let list = RuleProposal.targets(json: Array(#"{"a": [1, 2], "b": []}"#.utf8))
    #expect(list?.map(\.name) == ["a", "b"])
    for text in ["", "[]", #"{"a": 1}"#, #"{"a": [-1]}"#, #"{"a": [1]} x"#] {
      #expect(RuleProposal.targets(json: Array(text.utf8)) == nil)
    }
  }
}
