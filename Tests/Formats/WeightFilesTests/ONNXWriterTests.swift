import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Writing ONNX")
struct ONNXWriterTests {
  private static let empty = descriptor("empty", [0, 3])
  private static let pair = descriptor("pair", [2])

  private static func descriptor(_ name: String, _ extents: [Int]) -> TensorDescriptor {
    let shape = (try? Shape(extents)) ?? .scalar
    return TensorDescriptor(name: name, dtype: .float32, shape: shape, byteCount: shape.byteCount(of: .float32) ?? 0)
  }

  /// A graph that adds a tensor to itself.
  private static func graph(_ weights: [TensorDescriptor]) -> ONNXGraph {
    ONNXGraph(
      name: "small", documentation: "for tests",
      nodes: [.init(name: "twice", operation: "Add", inputs: ["pair", "pair"], outputs: ["twice"])],
      inputs: [], outputs: [.init("twice", .float32, [.exactly(2)], "the sum")], weights: weights)
  }

  private func begun(
    in directory: TemporaryDirectory, metadata: [String: String] = [:]
  ) throws -> any TensorSinkBody {
    let weights = [Self.empty, Self.pair]
    let writer = try ONNXWriter(path: directory.file("a.onnx"), graph: Self.graph(weights))
    return try writer.begin(SinkContents(weights, metadata: metadata))
  }

  @Test("a model has its tensors, with those that are empty, and its metadata as they are at the end")
  func model() throws {
    let directory = try TemporaryDirectory()
    let body = try begun(in: directory, metadata: ["key": "old", "onnx.graph_name": "of the source"])
    for byte in UInt8(1)...8 { try body.write([byte].rawSpan) }
    try body.finish(metadata: ["key": "new", "onnx.graph_name": "of the source"]).commit()
    let source = try ONNXFile.open(directory.file("a.onnx"))
    #expect(source.descriptors.map(\.name) == ["empty", "pair"] && source.problems.isEmpty)
    #expect(source.descriptors.map(\.shape) == [Self.empty.shape, Self.pair.shape])
    #expect(try source.readAll(source.descriptors[1]) == Array(1...8))
    #expect(source.metadata["key"] == "new" && source.metadata["onnx.graph_name"] == "small")
    #expect(source.metadata["onnx.operators"] == "Add 1" && source.metadata["onnx.opset_import"] == "ai.onnx 13")
    #expect(source.metadata["onnx.outputs"] == "twice float [2]")
  }

  @Test("too few bytes, too many, and metadata of another length are errors, and leave nothing")
  func defects() throws {
    let directory = try TemporaryDirectory()
    func reason(_ body: () throws -> Void) -> WeightFileDefect? {
      #expect(throws: WeightFileError.self, performing: body)?.reason
    }
    do {
      let body = try begun(in: directory, metadata: ["key": "old"])
      try body.write([1, 2, 3, 4].rawSpan)
      #expect(reason { _ = try body.finish(metadata: nil) } == .tooFewBytes(declared: 8, written: 4))
      #expect(reason { try body.write([1, 2, 3, 4, 5].rawSpan) } == .tooManyBytes(declared: 8))
      #expect(reason { try body.writeStrings([]) } == .wrongKind(.string))
      try body.write([5, 6, 7, 8].rawSpan)
      let other = try ONNXWriter(path: directory.file("b.onnx"), graph: Self.graph([Self.empty, Self.pair]))
      #expect(
        reason { _ = try other.begin(SinkContents([Self.empty])) }
          == .refused("the network needs it, but it is left out"))
      #expect(reason { _ = try body.finish(metadata: ["key": "newer"]) } == .refused(SafetensorsBody.otherMetadata))
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("a tensor that the graph does not read, and a dtype that it cannot compute with, have no place")
  func refusals() {
    var descriptor = Self.pair
    let graph = Self.graph([descriptor])
    #expect(ONNXWriter.refusal(of: descriptor, graph: graph) == nil)
    descriptor.dtype = .int64
    #expect(ONNXWriter.refusal(of: descriptor, graph: graph)?.description.contains("--dtype") == true)
    #expect(ONNXWriter.refusal(of: Self.empty, graph: graph) == "the network does not compute with it")
  }

  @Test("more than 2 GiB are kept beside the model, and only then unless it is wanted")
  func size() throws {
    let directory = try TemporaryDirectory()
    let large = Self.descriptor("pair", [3 << 28])
    for (weights, isExternal) in [([large], true), ([Self.pair], false)] {
      let graph = Self.graph(weights)
      #expect(ONNXWriter.isExternal(graph, keepsDataBeside: false) == isExternal)
      #expect(ONNXWriter.isExternal(graph, keepsDataBeside: true))
      let writer = try ONNXWriter(path: directory.file("a.onnx"), graph: graph)
      let names = isExternal ? ["a.onnx.data", "a.onnx"] : ["a.onnx"]
      #expect(writer.files.map(\.path) == names.map(directory.file))
      _ = try writer.begin(SinkContents(weights))
    }
    // A caller that declares more than it said when it made the writer gets an error, not a file that nobody can read.
    let layout = #expect(throws: WeightFileDefect.self) {
      try ONNXLayout(Self.graph([large]), tensors: [large], metadata: [:], externalName: nil)
    }
    #expect(layout?.category == .cannotCreate)
    #expect(try directory.entries().isEmpty)
  }
}
