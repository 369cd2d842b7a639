import Bytes
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("ONNX models")
struct ONNXTests {
  @Test(
    "Every tensor reads as onnx reads it, in pieces of any length",
    arguments: [
      "raw", "typed", "wire", "nodes", "subgraphs", "functions", "external-one/model", "external-many/model",
      "external-offsets/model",
    ])
  func values(name: String) throws {
    let source = try ONNXFile.open(Fixture.path("onnx/\(name).onnx"))
    for row in try Self.rows(name) {
      try source.expectTensor(row.name, row.dtype, row.shape, row.bytes, strings: row.strings)
    }
  }

  /// Golden rows with a dtype of Decant's; the second of two tensors of one name is under the path of its graph.
  private static func rows(_ name: String) throws -> [(
    name: String, dtype: String, shape: [Int], bytes: Data?, strings: [Data]?
  )] {
    var names: Set<String> = []
    return try GoldenValues("onnx/\(name).json").tensors.filter { DType(name: $0.dtype) != nil }.map { row in
      let name = names.insert(row.name).inserted ? row.name : "outer_if.else_branch/\(row.name)"
      return (name, row.dtype, row.shape, row.bytes, row.strings)
    }
  }

  @Test("The list has exactly the tensors of the model, and problems say why others are missing")
  func problems() throws {
    func problems(_ name: String) throws -> [String?: WeightFileDefect?] {
      let source = try ONNXFile.open(Fixture.path("onnx/\(name).onnx"))
      #expect(source.descriptors.map(\.name).sorted() == (try Self.rows(name)).map(\.name).sorted())
      return Dictionary(
        uniqueKeysWithValues: source.problems.map { ($0.tensor, ($0.error as? WeightFileError)?.reason) })
    }
    let unsupported: [String?: WeightFileDefect?] = [
      "float8e8m0": .onnx(.unsupportedType("FLOAT8E8M0")), "float6e2m3": .onnx(.unsupportedType("FLOAT6E2M3")),
      "float6e3m2": .onnx(.unsupportedType("FLOAT6E3M2")),
    ]
    #expect(try problems("raw") == unsupported)
    #expect(try problems("typed") == unsupported)
    #expect(try problems("nodes") == ["sparse_weight": .onnx(.sparse), "const_sparse": .onnx(.sparse)])
    for name in ["wire", "subgraphs", "functions", "external-one/model", "external-many/model"] {
      #expect(try problems(name).isEmpty, "\(name)")
    }
  }

  @Test("The model's description is metadata")
  func metadata() throws {
    let metadata = try ONNXFile.open(Fixture.path("onnx/nodes.onnx")).metadata
    #expect(
      metadata == [
        "onnx.ir_version": "10", "onnx.producer_name": "decant", "onnx.producer_version": "1",
        "onnx.opset_import": "ai.onnx 21", "onnx.graph_name": "graph", "onnx.inputs": "x float [1, 2]",
        "onnx.outputs": "y float [1, 2]", "onnx.operators": "Constant 10, ConstantOfShape 1, MatMul 1",
        "author": "nobody",
      ])
  }

  @Test("Files beside the model are opened once, and located")
  func externalFiles() throws {
    let source = try ONNXFile.open(Fixture.path("onnx/external-offsets/model.onnx"))
    #expect(source.files.map(\.path.lastPathComponent) == ["model.onnx", "part-0.bin", "part-1.bin", "whole.bin"])
    #expect(try source.requireDescriptor(named: "unaligned").location == TensorLocation(file: 1, offset: 3))
    #expect(try source.requireDescriptor(named: "packed").location == TensorLocation(file: 3, offset: 8))
  }

  @Test("A missing file of values is listed, and the tensors in the model are still read")
  func missingFile() throws {
    let directory = try TemporaryDirectory()
    let model = try Fixture.bytes("onnx/external-offsets/model.onnx")
    let source = try ONNXFile.open(directory.write(model, to: "model.onnx"))
    #expect(source.descriptors.map(\.name) == ["inside"])
    #expect(
      source.files.filter { $0.byteCount == nil }.map(\.path).sorted() == [
        directory.file("weights/part-0.bin"), directory.file("weights/part-1.bin"), directory.file("whole.bin"),
      ])
    #expect(source.problems.count == 9)
  }

  @Test("10,000 tensors are listed at once, and their values are not read")
  func manyTensors() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("model.onnx")
    let tensor = WireMessage.tensor("weight", [4096], 1, WireMessage.bytes(9, [UInt8](repeating: 1, count: 16384)))
    var model = WireMessage.number(1, 10)
    for index in 0..<10_000 {
      var renamed = WireMessage.tensor("weight\(index)", [4096], 1, [])
      renamed += WireMessage.bytes(
        13, WireMessage.bytes(1, Array("location".utf8)) + WireMessage.bytes(2, Array("w".utf8)))
      model += WireMessage.bytes(7, WireMessage.bytes(5, renamed + WireMessage.number(14, 1)))
    }
    for _ in 0..<2000 { model += WireMessage.bytes(7, WireMessage.bytes(5, tensor)) }
    try directory.write(model, to: "model.onnx")
    try directory.write([UInt8](repeating: 0, count: 16384), to: "w")
    let start = ContinuousClock.now
    let source = try ONNXFile.open(path)
    #expect(source.descriptors.count == 10_001)
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}

extension String {
  fileprivate var lastPathComponent: String { (self as NSString).lastPathComponent }
}

/// Protobuf messages for tests, written by hand.
enum WireMessage {
  static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest > 127 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func number(_ field: UInt64, _ value: Int) -> [UInt8] {
    varint(field << 3) + varint(UInt64(bitPattern: Int64(value)))
  }

  static func bytes(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func tensor(_ name: String, _ dimensions: [Int], _ type: Int, _ values: [UInt8]) -> [UInt8] {
    dimensions.flatMap { number(1, $0) } + number(2, type) + values + bytes(8, Array(name.utf8))
  }
}
