import Bytes
import Foundation
import Inspection
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Quantizing to blocks of GGUF")
struct QuantizationTests {
  /// What gguf-py makes of arrays.
  private struct Golden: Decodable {
    struct Tensor: Decodable {
      let name: String
      let dtype: String
      let shape: [Int]
      let bytes: Data
      let q8_0: Data
      let q8_0_shape: [Int]
    }
    let tensors: [Tensor]

    init() throws {
      self = try JSONDecoder().decode(
        Self.self, from: Data(contentsOf: URL(filePath: Fixture.path("gguf/q8_0.json"))))
    }
  }

  @Test("Every block has the bits of gguf-py's, in pieces of any length", arguments: [4, 8, 40, 1000])
  func bits(elementCount: Int) throws {
    for row in try Golden().tensors {
      let dtype = try #require(DType(name: row.dtype))
      var quantizer = try #require(BlockQuantizer(from: dtype))
      let bytes = [UInt8](row.bytes)
      let pieceByteCount = elementCount * (dtype.byteCount ?? 1)
      var blocks: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
        blocks += quantizer.add(Array(bytes[start..<min(start + pieceByteCount, bytes.count)]).rawSpan)
      }
      #expect(blocks == [UInt8](row.q8_0), "\(row.name)")
    }
  }

  private func source() throws -> InMemoryTensorSource {
    var tensors = try Golden().tensors.map {
      try InMemoryTensorSource.Tensor($0.name, #require(DType(name: $0.dtype)), $0.shape, bytes: [UInt8]($0.bytes))
    }
    tensors.append(try .init("odd", .float32, [4, 33], seed: 1))
    tensors.append(try .init("vector", .float32, [64], seed: 2))
    tensors.append(try .init("integers", .int32, [2, 32], seed: 3))
    return InMemoryTensorSource(tensors)
  }

  @Test("A GGUF model has the blocks that gguf-py reads, and the report names what was kept")
  func model() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.gguf")
    var options = ConversionOptions()
    options.quantization = .q8_0
    options.names = .keep
    let report = try Converter(options: options).convert(source(), to: path)
    #expect(report.wasReadBack)
    #expect(report.plan.unquantized.map(\.name) == ["odd", "vector"])
    #expect(report.plan.unquantized[0].reason.text == "its rows have 33 elements, not a multiple of 32")
    let text = ConversionText.report(report).text
    #expect(text.contains("quantized to Q8_0: 8 tensors") && text.contains("not quantized: 2"))
    let back = try TensorFile.open(path)
    #expect(back.problems.isEmpty && IntegrityReport(checking: back).isSound)
    #expect(back.metadata["general.file_type"] == "7" && back.metadata["general.quantization_version"] == "2")
    for row in try Golden().tensors {
      let descriptor = try back.requireDescriptor(named: row.name)
      #expect(descriptor.shape.dimensions == row.q8_0_shape && descriptor.dtype == .uint8)
      #expect(try back.readAll(descriptor) == [UInt8](row.q8_0), "\(row.name)")
      #expect(back.origin(of: descriptor)?.quantization == "quantized as Q8_0")
    }
    for name in ["odd", "vector", "integers"] {
      let (found, expected) = try (back.requireDescriptor(named: name), source().requireDescriptor(named: name))
      #expect(found.dtype == expected.dtype)
      #expect(try back.readAll(found) == source().readAll(expected))
    }
    let floats = try TensorFile.open(path, options: ReadOptions(dequantizes: true))
    #expect(try floats.requireDescriptor(named: "normal").shape.dimensions == [7, 96])
  }

  @Test("Blocks of one model are copied to another, also by way of safetensors")
  func copies() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.names = .keep
    options.quantization = .q8_0
    _ = try Converter(options: options).convert(source(), to: directory.file("a.gguf"))
    options.quantization = nil
    func convert(_ from: String, _ to: String) throws -> any TensorSource {
      let report = try Converter(options: options).convert(
        TensorFile.open(directory.file(from)), to: directory.file(to))
      #expect(report.wasReadBack && report.skipped.isEmpty)
      return try TensorFile.open(directory.file(to))
    }
    let original = try TensorFile.open(directory.file("a.gguf"))
    _ = try convert("a.gguf", "b.safetensors")
    for copy in [try convert("a.gguf", "c.gguf"), try convert("b.safetensors", "d.gguf")] {
      #expect(copy.descriptors.map(\.name) == original.descriptors.map(\.name))
      for (mine, theirs) in zip(copy.descriptors, original.descriptors) {
        #expect(try copy.readAll(mine) == original.readAll(theirs))
        #expect(copy.origin(of: mine)?.quantization == original.origin(of: theirs)?.quantization)
      }
    }
    options.match = "^(odd|normal)$"
    let part = try Converter(options: options).convert(original, to: directory.file("e.gguf"))
    #expect(part.descriptors.map(\.name) == ["normal", "odd"])
  }

  @Test("A model that is dequantized or cast says what most of it is now")
  func fileType() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.names = .keep
    options.quantization = .q8_0
    _ = try Converter(options: options).convert(source(), to: directory.file("a.gguf"))
    options.quantization = nil
    func convert(_ from: String, _ to: String, _ dtype: DType?) throws -> [String: String] {
      options.dtype = dtype
      let opened = try TensorFile.open(directory.file(from), options: ReadOptions(dequantizes: true))
      _ = try Converter(options: options).convert(opened, to: directory.file(to))
      return try TensorFile.open(directory.file(to)).metadata
    }
    let floats = try convert("a.gguf", "b.gguf", nil)
    #expect(floats["general.file_type"] == "0" && floats["general.quantization_version"] == nil)
    #expect(try convert("b.gguf", "c.safetensors", .float16)["general.file_type"] == "1")
    #expect(try convert("c.safetensors", "d.gguf", .bfloat16)["general.file_type"] == "32")
    #expect(try convert("d.gguf", "e.gguf", .float64)["general.file_type"] == nil)
  }

  @Test("A quantized model is compared with what it was made from")
  func proof() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.names = .keep
    options.quantization = .q8_0
    _ = try Converter(options: options).convert(source(), to: directory.file("a.gguf"))
    let shown = try ConvertedSource(source(), options: options)
    let written = try TensorFile.open(directory.file("a.gguf"))
    #expect(shown.descriptors.map(\.name) == written.descriptors.map(\.name))
    for (mine, theirs) in zip(shown.descriptors, written.descriptors) {
      #expect(mine.shape == theirs.shape && mine.dtype == theirs.dtype)
      var bytes: [UInt8] = []
      try shown.read(mine, maximumByteCount: 100) { piece in
        #expect(piece.byteCount <= 100)
        bytes += [UInt8](piece)
      }
      #expect(try bytes == written.readAll(theirs), "\(mine.name)")
    }
  }

  @Test("Only GGUF has blocks")
  func otherFormats() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.quantization = .q8_0
    for output in ["a.safetensors", "a.pth", "model.ckpt"] {
      let error = try #require(throws: ConversionError.self) {
        try Converter(options: options).convert(source(), to: directory.file(output))
      }
      guard case .cannotQuantize = error.reason else { Issue.record("\(error)"); return }
    }
    #expect(try directory.entries().isEmpty)
  }
}
