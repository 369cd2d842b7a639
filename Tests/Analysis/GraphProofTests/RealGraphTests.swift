import GraphProof
import MetaGraph
import TestSupport
import Testing

@Suite("The graph of an im2txt checkpoint")
struct RealGraphTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let path: String
    let release: String
    var testDescription: String { release }
  }

  static let rows = [
    Row(path: "scenes/model.ckpt-4222.meta", release: "0.12.1"),
    Row(path: "scenes/v2/model.ckpt-4222.meta", release: "1.15.5"),
  ]

  @Test("agrees with the engine's plan", arguments: rows)
  func agrees(row: Row) throws {
    let comparison = try GraphComparison(of: MetaGraphFile(path: Fixture.path(row.path)).definition)
    #expect(comparison.differences == [])
    #expect(comparison.notes == [])
    #expect(comparison.kind == .inference)
    #expect(comparison.agrees)
    #expect(comparison.tensorFlowVersion == row.release)
    #expect(
      comparison.counts == [
        .preprocessing: 6, .convolutions: 94, .normalizations: 94, .pools: 14, .concatenations: 15, .embeddings: 2,
        .cells: 2, .logits: 1,
      ])
  }

  @Test("of another model is not im2txt, and is not compared")
  func other() throws {
    let comparison = try GraphComparison(
      of: MetaGraphFile(path: Fixture.path("checkpoints/v2-lstm-kernel/model.ckpt-3.meta")).definition)
    #expect(comparison.kind == .other(foundCount: 0, expectedCount: 94))
    #expect(!comparison.agrees)
  }
}
