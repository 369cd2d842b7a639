import Foundation
import Files
import Inspection
import Messages
import MetaGraph
import Tensors
import TestSupport
import Testing

@Suite("The JSON of inspect")
struct InspectDocumentTests {
  @Test("follows its schema with all parts, and with none")
  func followsSchema() throws {
    let schema = try JSONSchema(named: "inspect.schema.json")
    #expect(try schema.violations(in: InspectDocument(path: "p").json().text) == [])

    var source = InMemoryTensorSource([
      try .init("w", .float32, [2], bytes: packed([0.1, -2] as [Float]), location: TensorLocation(file: 0, offset: 4)),
      try .init("n", .float32, [1], bytes: packed([.nan] as [Float])),
      try .init("u", .uint64, [1], bytes: packed([.max] as [UInt64])),
      try .init("global_step", .int64, [], bytes: packed([7] as [Int64])),
      try .init("s", texts: ["a\0b"]),
    ])
    source.files = [SourceFile(path: "/a/m.index", byteCount: 10), SourceFile(path: "/a/m.data-0", byteCount: nil)]
    source.metadata = ["decant.modelName": "x"]
    source.hasChecksums = true
    source.damage("n", throwing: FileError(.tooShort(offset: 4, needed: 4, byteCount: 0), file: "m.data-0"))

    let graph = try MetaGraphFile(path: Fixture.path("checkpoints/v2-lstm-kernel/model.ckpt-3.meta")).definition
    let saved = try SavedModelFile(path: Fixture.path("checkpoints/saved-model-tf1/model"))
    var document = InspectDocument(path: "/a/m")
    document.model = InspectDocument.Model(ModelReport(of: source, graph: GraphSummary(graph)))
    document.tensors = try source.descriptors.map { descriptor in
      InspectDocument.Tensor(
        descriptor, files: source.files,
        summary: descriptor.name == "n" ? nil : try TensorProfile(of: descriptor, in: source).map { ValueSummary($0) })
    }
    document.values = InspectDocument.Values(
      try TensorValues(firstOf: #require(source.descriptor(named: "w")), in: source, count: 9))
    document.integrity = InspectDocument.Integrity(IntegrityReport(checking: source))
    document.graphs = ([graph] + saved.metaGraphs).map { InspectDocument.Graph($0) }
    let json = try document.json().text
    let violations = try schema.violations(in: json)
    #expect(violations == [])
    // Keys of a dictionary are data and stay as they are; numbers read back as the same values.
    #expect(json.contains("\"decant.modelName\" : \"x\""))
    #expect(json.contains("\"minimum\" : -2,") && json.contains("\"maximum\" : 0.1,"))
    #expect(json.contains("\"maximum\" : 18446744073709551615"))
    #expect(json.contains("\"s\""))
    #expect(json.contains("\"percentiles\"") && json.contains("\"counts\"") && !json.contains("sample_count"))
    #expect(json.hasSuffix("}\n"))
  }

  @Test("says which rows and columns its values are of, if they are not the first")
  func part() throws {
    let source = InMemoryTensorSource([
      try .init("t", .int32, [2, 3, 4], bytes: packed((0..<24).map { Int32($0) })),
      try .init("r", .resource, [], bytes: []),
    ])
    let schema = try JSONSchema(named: "inspect.schema.json")
    func json(_ name: String) throws -> String {
      var document = InspectDocument(path: "p")
      let table = try ValueTable(of: #require(source.descriptor(named: name)), in: source, rows: 4..<9, columns: 1..<3)
      document.values = InspectDocument.Values(table)
      let json = try document.json().text
      #expect(try schema.violations(in: json) == [])
      return json.filter { !$0.isWhitespace }
    }
    let part = try json("t")
    #expect(part.contains("\"values\":[\"17\",\"18\",\"21\",\"22\"]"))
    #expect(
      part.contains(
        "\"column\":1,\"column_count\":2,\"row\":4,\"row_count\":2,\"total_column_count\":4,\"total_row_count\":6"))
    #expect(try json("r").contains("\"values\":[]"))
  }

  @Test("has percentiles and a histogram, and says of what sample")
  func percentiles() throws {
    let schema = try JSONSchema(named: "inspect.schema.json")
    var random = SeededRandom(seed: 5)
    let source = InMemoryTensorSource([
      try .init("t", .float32, [30_000], bytes: packed(random.floats(30_000, in: 100...101))),
      try .init("u", .uint8, [3], bytes: [1, 2, 3]),
      try .init("v", .float32, [1], bytes: packed([.nan] as [Float])),
    ])
    var document = InspectDocument(path: "p")
    document.tensors = try source.descriptors.map { descriptor in
      InspectDocument.Tensor(
        descriptor, files: [], summary: try TensorProfile(of: descriptor, in: source).map { ValueSummary($0) })
    }
    let json = try document.json().text
    #expect(try schema.violations(in: json) == [])
    let parsed = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let tensors = try #require(parsed["tensors"] as? [[String: Any]])
    let statistics = try tensors.map { try #require($0["statistics"] as? [String: Any]) }
    // Of 30,000 values every eighth is kept.
    #expect(statistics[0]["sample_count"] as? Int == 3750)
    let percentiles = try #require(statistics[1]["percentiles"] as? [[String: Double]])
    #expect(percentiles.map { $0["percent"] } == [1, 5, 25, 50, 75, 95, 99])
    #expect(percentiles[3]["value"] == 2)
    let histogram = try #require(statistics[1]["histogram"] as? [String: Any])
    #expect(
      histogram["counts"] as? [Int] == [1] + [Int](repeating: 0, count: 7) + [1] + [Int](repeating: 0, count: 6) + [1])
    #expect(histogram["lower"] as? Int == 1 && histogram["upper"] as? Int == 3)
    #expect(statistics[1]["sample_count"] == nil)
    #expect(statistics[2]["percentiles"] == nil && statistics[2]["histogram"] == nil)
  }

  @Test("is the same bytes every time")
  func deterministic() throws {
    let graph = try MetaGraphFile(path: Fixture.path("checkpoints/v1-lstm-matrix/model.ckpt-3.meta")).definition
    var document = InspectDocument(path: "m.meta")
    document.graphs = [InspectDocument.Graph(graph)]
    let first = try document.json()
    #expect(try (0..<3).allSatisfy { _ in try document.json() == first })
  }

  @Test("would be found at fault by the checker where it does not follow")
  func checker() throws {
    let schema = try JSONSchema(named: "inspect.schema.json")
    #expect(try schema.violations(in: #"{"schema_version": 2, "path": "p"}"#) == ["$.schema_version: not 1"])
    #expect(try schema.violations(in: #"{"schema_version": 1}"#) == ["$.path: missing"])
    #expect(try schema.violations(in: #"{"schema_version": 1, "path": 3}"#) == ["$.path: no string"])
    #expect(try schema.violations(in: #"{"schema_version": 1, "path": "p", "x": 1}"#) == ["$.x: not in the schema"])
  }
}
