import Bytes
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("TensorFlow Lite models")
struct TFLiteTests {
  /// What TensorFlow's own schema reads.
  private struct Golden: Decodable {
    struct Tensor: Decodable {
      struct Quantization: Decodable {
        let scale: [Float]
        let zero_point: [Int]
        let axis: Int
      }
      let name: String
      let dtype: String
      let shape: [Int]
      let bytes: Data?
      let strings: [Data]?
      let subgraph: Int
      let index: Int
      let quantization: Quantization?
      /// What the interpreter makes of it.
      let dequantized: Data?
    }
    struct Sparse: Decodable { let name: String }
    let tensors: [Tensor]
    let sparse: [Sparse]?

    init(_ name: String) throws {
      let data = try Data(contentsOf: URL(filePath: Fixture.path("tflite/\(name).json")))
      self = try JSONDecoder().decode(Self.self, from: data)
    }
  }

  private static let names = [
    "buffer-offset", "dequantize", "dtypes", "dynamic", "float", "float16", "int8", "loop", "offsets", "shared",
    "sparse", "tables",
  ]

  /// Names that occur once are as they are; the script lists the others.
  private func name(of tensor: Golden.Tensor, _ file: String) -> String {
    guard file == "shared" else { return tensor.name }
    return switch (tensor.subgraph, tensor.index) {
    case (0, 1): "w#1"
    case (0, 3): "#3"
    case (1, _): "subgraph_1/\(tensor.name)"
    default: tensor.name
    }
  }

  private func read(_ source: any TensorSource, _ descriptor: TensorDescriptor, upTo limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try source.read(descriptor, maximumByteCount: limit) { piece in
      #expect(piece.byteCount <= limit)
      bytes += [UInt8](piece)
    }
    return bytes
  }

  @Test("Every constant reads as TensorFlow's schema reads it, in pieces of any length", arguments: names)
  func values(file: String) throws {
    let golden = try Golden(file)
    let source = try TFLiteFile.open(Fixture.path("tflite/\(file).tflite"))
    #expect(source.descriptors.count == golden.tensors.count)
    #expect(source.problems.map(\.tensor) == (golden.sparse ?? []).map(\.name))
    for tensor in golden.tensors {
      let name = name(of: tensor, file)
      try source.expectTensor(name, tensor.dtype, tensor.shape, tensor.bytes, strings: tensor.strings)
      if tensor.strings != nil { continue }
      let descriptor = try source.requireDescriptor(named: name)
      let words = source.origin(of: descriptor)?.quantization
      #expect((words == nil) == (tensor.quantization == nil))
      if let quantization = tensor.quantization {
        let one = "scale \(quantization.scale[0]), zero point \(quantization.zero_point[0])"
        let count = quantization.scale.count
        #expect(words == (count == 1 ? one : "\(count) scales along axis \(quantization.axis)"))
        #expect(source.metadata["decant.quantization"]?.contains(#""axis":\#(quantization.axis)"#) == true)
      }
    }
  }

  @Test("What a model says about itself becomes metadata")
  func metadata() throws {
    let tables = try TFLiteFile.open(Fixture.path("tflite/tables.tflite"))
    #expect(
      tables.metadata == [
        "tflite.version": "3", "tflite.description": "MLIR Converted.", "tflite.operator_codes": "1",
        "tflite.signatures": #"["serving_default"]"#,
      ])
    #expect(try TFLiteFile.open(Fixture.path("tflite/loop.tflite")).metadata["tflite.subgraphs"] == "5")
    let shared = try TFLiteFile.open(Fixture.path("tflite/shared.tflite"))
    #expect(shared.metadata["decant.quantization"] == #"{"q":{"scale":[0.5,0.25],"zero_point":[0,0],"axis":1}}"#)
  }

  @Test("Quantized tensors become float32 on request", arguments: ["dynamic", "int8", "shared"])
  func dequantized(file: String) throws {
    let source = try TFLiteFile.open(
      Fixture.path("tflite/\(file).tflite"), options: ReadOptions(dequantizes: true))
    #expect(source.metadata["decant.quantization"] == nil)
    for tensor in try Golden(file).tensors {
      let descriptor = try source.requireDescriptor(named: name(of: tensor, file))
      #expect(descriptor.shape.dimensions == tensor.shape)
      guard let quantization = tensor.quantization else {
        #expect(descriptor.dtype.name == tensor.dtype)
        continue
      }
      #expect(descriptor.dtype == .float32)
      #expect(source.origin(of: descriptor)?.quantization == "dequantized from \(tensor.dtype)")
      let stored = try #require(tensor.bytes)
      let run = tensor.shape[(quantization.axis + 1)...].reduce(1, *)
      let expected = (0..<descriptor.shape.elementCount).map { index in
        let channel = index / run % quantization.scale.count
        let number = tensor.dtype == "int8" ? Int(Int8(bitPattern: stored[index])) : Int(int32(stored, index))
        return quantization.scale[channel] * Float(number - quantization.zero_point[channel])
      }
      #expect(try source.readArray(of: Float.self, descriptor) == expected)
      for limit in [16, 100] {
        #expect(try read(source, descriptor, upTo: limit) == source.readAll(descriptor))
      }
    }
  }

  @Test("Quantized tensors become the float32 that the interpreter makes of them")
  func dequantizedByInterpreter() throws {
    let source = try TFLiteFile.open(
      Fixture.path("tflite/dequantize.tflite"), options: ReadOptions(dequantizes: true))
    let rows = try Golden("dequantize").tensors
    #expect(source.descriptors.map(\.name) == rows.map(\.name))
    for row in rows {
      let descriptor = try source.requireDescriptor(named: row.name)
      #expect((descriptor.dtype, descriptor.shape.dimensions) == (.float32, row.shape))
      for limit in [16, 100, 1 << 20] {
        #expect(try read(source, descriptor, upTo: limit) == row.dequantized.map { [UInt8]($0) }, "\(row.name)")
      }
    }
  }

  private func int32(_ data: Data, _ index: Int) -> Int32 {
    Int32(bitPattern: [UInt8](data).littleEndian32(at: 4 * index))
  }
}
