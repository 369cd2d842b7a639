import MetaGraph
import TestSupport
import Testing

/// Counts as TensorFlow's own protobuf parser gives them.
@Suite("Graphs that TensorFlow wrote")
struct RealGraphTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let path: String
    let release: String
    let nodes: Int
    let ops: Int
    let inputs: Int
    let attributes: Int
    let listedOps: Int
    let graphVersion: Int
    let variables: Int
    let trainable: Int
    let saver: SaverDefinition.Version
    var testDescription: String { path }
  }

  static let rows: [Row] = [
    Row(
      path: "v1-lstm-kernel/model.ckpt-3.meta", release: "1.15.5", nodes: 484, ops: 58, inputs: 795, attributes: 1565,
      listedOps: 58, graphVersion: 134, variables: 20, trainable: 6, saver: .v1),
    Row(
      path: "v1-lstm-matrix/model.ckpt-3.meta", release: "0.12.1", nodes: 280, ops: 44, inputs: 442, attributes: 860,
      listedOps: 44, graphVersion: 17, variables: 8, trainable: 6, saver: .v1),
    Row(
      path: "v2-lstm-kernel/model.ckpt-3.meta", release: "1.15.5", nodes: 556, ops: 59, inputs: 953, attributes: 1857,
      listedOps: 59, graphVersion: 134, variables: 28, trainable: 6, saver: .v2),
    Row(
      path: "v2-lstm-matrix/model.ckpt-3.meta", release: "0.12.1", nodes: 415, ops: 46, inputs: 677, attributes: 1348,
      listedOps: 46, graphVersion: 17, variables: 20, trainable: 6, saver: .v2),
    Row(
      path: "v2-lstm-weights/model.ckpt-3.meta", release: "1.15.5", nodes: 517, ops: 57, inputs: 867, attributes: 1706,
      listedOps: 57, graphVersion: 134, variables: 26, trainable: 6, saver: .v2),
    Row(
      path: "saved-model-tf1/model", release: "1.15.5", nodes: 44, ops: 20, inputs: 55, attributes: 123, listedOps: 20,
      graphVersion: 134, variables: 3, trainable: 2, saver: .v2),
    // Trainability is with the objects in TensorFlow 2, not with the nodes.
    Row(
      path: "saved-model-tf2/model", release: "2.21.0", nodes: 21, ops: 6, inputs: 29, attributes: 79, listedOps: 20,
      graphVersion: 2474, variables: 7, trainable: 0, saver: .v2),
  ]

  @Test("have the counts that TensorFlow finds", arguments: rows)
  func counts(row: Row) throws {
    let path = Fixture.path("checkpoints/\(row.path)")
    let graph =
      try row.path.hasSuffix(".meta")
      ? MetaGraphFile(path: path).definition : #require(SavedModelFile(path: path).metaGraphs.first)
    #expect(graph.tensorFlowVersion == row.release)
    #expect(graph.nodes.count == row.nodes)
    #expect(graph.opCounts.count == row.ops)
    #expect(graph.nodes.map(\.inputs.count).reduce(0, +) == row.inputs)
    #expect(try graph.nodes.map { try graph.attributes(of: $0).count }.reduce(0, +) == row.attributes)
    #expect(graph.listedOpCount == row.listedOps)
    #expect(graph.graphVersion == row.graphVersion)
    #expect(graph.variables.count == row.variables)
    #expect(graph.variables.filter(\.isTrainable).count == row.trainable)
    #expect(graph.saver?.version == row.saver)
    #expect(graph.variables.allSatisfy { $0.type?.dtype != nil && $0.shape?.elementCount != nil })
  }

  @Test("of all versions name what their saver saves", arguments: rows.filter { $0.path.hasSuffix(".meta") })
  func savedNames(row: Row) throws {
    let graph = try MetaGraphFile(path: Fixture.path("checkpoints/\(row.path)")).definition
    let names = try #require(try graph.savedTensorNames())
    #expect(names.sorted() == graph.variables.map(\.savedName).sorted())
  }

  @Test("of TensorFlow 1 serve by signatures, tags and assets")
  func savedModel1() throws {
    let file = try SavedModelFile(path: Fixture.path("checkpoints/saved-model-tf1/model"))
    #expect(file.schemaVersion == 1)
    let graph = try #require(file.metaGraphs.first)
    #expect(graph.tags == ["serve", "cpu"])
    #expect(graph.signatures.map(\.name) == ["classify", "serving_default"])
    #expect(graph.collections.map { "\($0.name) \($0.kind)" }.contains("saved_model_assets any_list"))
    #expect(graph.saver?.isSharded == true)
  }

  @Test("of TensorFlow 2 keep their operations in functions and their variables in objects")
  func savedModel2() throws {
    let graph = try #require(
      try SavedModelFile(path: Fixture.path("checkpoints/saved-model-tf2/model")).metaGraphs.first)
    #expect(graph.functions.count == 4)
    #expect(graph.functions.allSatisfy { !$0.nodes.isEmpty && !$0.name.isEmpty })
    #expect(graph.objectVariables.contains { $0.isTrainable })
  }
}
