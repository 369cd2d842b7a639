import Bytes
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Writing GGUF models")
struct GGUFWriterTests {
  private static let dtypes: [DType] = [
    .float32, .float16, .bfloat16, .float64, .int8, .int16, .int32, .int64,
  ]

  private func written(_ source: InMemoryTensorSource, pieceByteCount: Int = 1000) throws -> (any TensorSource, [UInt8])
  {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.gguf")
    try source.write(to: GGUFWriter(path: path), pieceByteCount: pieceByteCount).commit()
    let back = try GGUFFile.open(path)
    #expect(back.problems.isEmpty)
    #expect(back.format == "GGUF")
    #expect(back.metadata == source.metadata)
    #expect(back.descriptors.map(\.name) == source.descriptors.map(\.name))
    for (found, expected) in zip(back.descriptors, source.descriptors) {
      #expect((found.dtype, found.shape) == (expected.dtype, expected.shape), "\(expected.name)")
      #expect(try back.readAll(found) == source.readAll(expected), "\(expected.name)")
      #expect(try #require(found.location?.offset).isMultiple(of: 32) || found.byteCount == 0)
    }
    return (back, try Fixture.bytes(at: path))
  }

  @Test("Every dtype and shape that GGUF has comes back", arguments: [16, 100, 1 << 20])
  func everyDType(pieceByteCount: Int) throws {
    var tensors: [InMemoryTensorSource.Tensor] = []
    for (index, dtype) in Self.dtypes.enumerated() {
      for (name, dimensions) in ["scalar": [], "vector": [7], "empty": [3, 0, 5], "cube": [2, 3, 5, 7]] {
        if dtype == .bfloat16, dimensions.isEmpty { continue }
        tensors.append(try .init("\(dtype)/\(name)", dtype, dimensions, seed: UInt64(index)))
      }
    }
    let metadata = ["general.architecture": "decant", "decant.version": "1", "a": "é\n\"\\\u{1}"]
    _ = try written(InMemoryTensorSource(tensors, metadata: metadata), pieceByteCount: pieceByteCount)
  }

  @Test("The same tensors give the same bytes, which are a multiple of the alignment")
  func deterministic() throws {
    let source = InMemoryTensorSource(
      [try .init("b", .float32, [3], seed: 1), try .init("a", .int8, [5], seed: 2)],
      metadata: Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "value") }))
    let files = [try written(source).1, try written(source).1]
    #expect(files[0] == files[1])
    #expect(files[0].count.isMultiple(of: 32))
    _ = try written(InMemoryTensorSource([]))
  }

  @Test("Metadata that other programs would misunderstand is kept where they do not look")
  func metadata() throws {
    let metadata = [
      "general.architecture": "llama", "general.name": "Größe", "general.file_type": "7", "split.count": "3",
      "general.quantization_version": "two", "tokenizer.ggml.tokens": "[151936 strings]", "format": "pt", "": "nothing",
      "decant.metadata": "{", "Upper.Case": "x", "a.b-c_d.0": "y", "empty.value": "",
    ]
    let source = InMemoryTensorSource([try .init("a", .int8, [5], seed: 2)], metadata: metadata)
    _ = try written(source)
    let values = GGUFMetadata.values(of: metadata)
    #expect(values.first?.key == "general.architecture")
    #expect(values.contains { $0 == ("general.file_type", .uint32(7)) })
    #expect(values.contains { $0 == ("a.b-c_d.0", .text("y")) })
    let keys = values.map(\.key)
    #expect(!keys.contains("split.count") && !keys.contains("tokenizer.ggml.tokens") && !keys.contains("Upper.Case"))
  }

  @Test("Words are an array of strings for other programs, and come back as they were")
  func words() throws {
    let words = #"["<S>","é","\"",""]"#
    for other in [[:], ["tokenizer.ggml.tokens": "x"], ["format": "pt"]] {
      let metadata = other.merging(["decant.vocabulary": words]) { $1 }
      _ = try written(InMemoryTensorSource([try .init("a", .int8, [5], seed: 2)], metadata: metadata))
      let values = GGUFMetadata.values(of: metadata)
      #expect(values.last { $0.key == "tokenizer.ggml.tokens" }?.value == .texts(["<S>", "é", "\"", ""]))
    }
    #expect(GGUFMetadata.values(of: ["decant.vocabulary": "[1]"]).map(\.key) == ["decant.vocabulary"])
  }

  @Test("An alignment in the metadata is kept, unless it makes no sense", arguments: ["64", "8", "24", "4294967296"])
  func alignment(text: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.gguf")
    let source = InMemoryTensorSource(
      [try .init("a", .int8, [5], seed: 2), try .init("b", .int8, [5], seed: 3)], metadata: ["general.alignment": text])
    try source.write(to: GGUFWriter(path: path)).commit()
    let back = try GGUFFile.open(path)
    #expect(back.metadata == source.metadata)
    let places = back.descriptors.compactMap(\.location?.offset)
    #expect(places[1] - places[0] == (["64": 64, "8": 8][text] ?? 32))
    #expect(try back.readAll(back.descriptors[1]) == source.readAll(source.descriptors[1]))
  }

  @Test("What GGUF has no dtype for, and more than 4 axes, is refused with a reason")
  func refusals() throws {
    for dtype in DType.allCases {
      let descriptor = TensorDescriptor(name: "a", dtype: dtype, shape: try Shape([1]), byteCount: dtype.byteCount ?? 0)
      let refusal = GGUFWriter.refusal(of: descriptor)
      #expect((refusal == nil) == Self.dtypes.contains(dtype), "\(dtype)")
      if let refusal { #expect(refusal.text.contains("\(dtype)") && refusal.text.contains("--drop")) }
    }
    let deep = TensorDescriptor(name: "a", dtype: .int8, shape: try Shape([1, 1, 1, 1, 1]), byteCount: 1)
    #expect(GGUFWriter.refusal(of: deep)?.text.contains("4 axes") == true)
    let scalar = TensorDescriptor(name: "a", dtype: .bfloat16, shape: .scalar, byteCount: 2)
    #expect(GGUFWriter.refusal(of: scalar)?.text.contains("bfloat16 scalar") == true)
    let directory = try TemporaryDirectory()
    let sink = try GGUFWriter(path: directory.file("a.gguf"))
    #expect(throws: WeightFileError.self) { try sink.begin(SinkContents([deep])) }
  }

  @Test("Missing and superfluous elements, and metadata of another length, are errors")
  func misuse() throws {
    let directory = try TemporaryDirectory()
    let descriptor = TensorDescriptor(name: "a", dtype: .int8, shape: try Shape([4]), byteCount: 4)
    let sink = try GGUFWriter(path: directory.file("a.gguf"))
    let body = try sink.begin(SinkContents([descriptor], metadata: ["a.b": "c"]))
    try body.write([1, 2].rawSpan)
    #expect(throws: WeightFileError(.tooFewBytes(declared: 4, written: 2), file: directory.file("a.gguf"), tensor: "a"))
    {
      _ = try body.finish(metadata: nil)
    }
    #expect(throws: WeightFileError.self) { try body.write([1, 2, 3].rawSpan) }
    #expect(throws: WeightFileError.self) { try body.writeStrings([]) }
    try body.write([3, 4].rawSpan)
    #expect(throws: WeightFileError.self) {
      _ = try body.finish(metadata: ["a.b": String(repeating: "c", count: 100)])
    }
    try body.finish(metadata: ["a.b": "d"]).commit()
    let back = try GGUFFile.open(directory.file("a.gguf"))
    #expect(back.metadata == ["a.b": "d"])
    #expect(try back.readAll(back.descriptors[0]) == [1, 2, 3, 4])
  }
}
