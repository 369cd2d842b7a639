import GraphProof
import MetaGraph
import TestSupport
import Testing

@Suite("A doctored graph")
struct DoctoredGraphTests {
  typealias Difference = GraphComparison.Difference

  enum Release: String, Sendable {
    case v0_12 = "scenes/model.ckpt-4222.meta"
    case v1_15 = "scenes/v2/model.ckpt-4222.meta"
  }

  /// A change and all that is found of it.
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let release: Release
    let edits: [(node: String, change: @Sendable (inout EditedGraph.Node) throws -> Void)]
    let differences: [Difference]
    var testDescription: String { "\(name) (\(release))" }

    init(
      _ name: String, _ release: Release, _ node: String, reports: Difference...,
      change: @escaping @Sendable (inout EditedGraph.Node) throws -> Void
    ) {
      self.name = name
      self.release = release
      edits = [(node, change)]
      differences = reports
    }

    init(
      _ name: String, _ release: Release,
      edits: [(node: String, change: @Sendable (inout EditedGraph.Node) throws -> Void)], reports: Difference...
    ) {
      self.name = name
      self.release = release
      self.edits = edits
      differences = reports
    }
  }

  static func found(_ node: String, _ property: String, _ graph: String, _ engine: String) -> Difference {
    Difference(node: node, property: property, graph: graph, engine: engine)
  }

  @Test("is caught, and the node is named", arguments: networkRows + decoderRows + preprocessingRows)
  func caught(row: Row) throws {
    var graph = try EditedGraph(row.release.rawValue)
    for edit in row.edits { try graph.edit(edit.node, edit.change) }
    let comparison = try graph.comparison()
    #expect(comparison.differences == row.differences)
    #expect(!comparison.agrees)
    #expect(comparison.kind == .inference)
  }

  @Test("that is only put together anew still agrees", arguments: [Release.v0_12, .v1_15])
  func untouched(release: Release) throws {
    #expect(try EditedGraph(release.rawValue).comparison().agrees)
  }
}
