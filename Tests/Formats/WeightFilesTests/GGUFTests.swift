import Bytes
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("GGUF models")
struct GGUFTests {
  /// What gguf-py reads.
  private struct Golden: Decodable {
    struct Tensor: Decodable {
      struct Dequantized: Decodable {
        let shape: [Int]
        let bytes: Data
      }
      let name: String
      let dtype: String
      let shape: [Int]
      let type: String
      let bytes: Data
      let dequantized: Dequantized?
    }
    let tensors: [Tensor]
    let metadata: [String: String]

    init(_ name: String) throws {
      self = try JSONDecoder().decode(
        Self.self, from: Data(contentsOf: URL(filePath: Fixture.path("gguf/\(name).json"))))
    }
  }

  private static let names = [
    "aligned-8", "aligned-64", "aligned-256", "big-endian", "blocks", "gaps", "no-tensors", "plain", "quantized",
    "values",
    "version-2",
  ]

  @Test("Every tensor and every value reads as gguf-py reads it", arguments: names)
  func values(name: String) throws {
    let golden = try Golden(name)
    let source = try GGUFFile.open(Fixture.path("gguf/\(name).gguf"))
    #expect(source.problems.isEmpty)
    #expect(source.format == "GGUF")
    #expect(source.descriptors.map { Array($0.name.utf8) } == golden.tensors.map { Array($0.name.utf8) })
    for tensor in golden.tensors {
      try source.expectTensor(tensor.name, tensor.dtype, tensor.shape, tensor.bytes)
      let origin = source.origin(of: try source.requireDescriptor(named: tensor.name))
      #expect(origin?.quantization == (tensor.dtype == "uint8" ? "quantized as \(tensor.type)" : nil))
    }
    var metadata = source.metadata
    let noted = metadata.removeValue(forKey: "decant.quantization")
    #expect((metadata.removeValue(forKey: "decant.byte_order") == "big") == (name == "big-endian"))
    #expect((noted != nil) == golden.tensors.contains { $0.dtype == "uint8" })
    for tensor in golden.tensors where tensor.dtype == "uint8" {
      #expect(noted?.contains(#""\#(tensor.name)":"\#(tensor.type)""#) == true)
    }
    // The golden values have arrays as Python prints them.
    let expected = golden.metadata.mapValues {
      $0.hasPrefix("[") ? $0.replacing(", ", with: ",").replacing("\t", with: "\\t") : $0
    }
    #expect(metadata == expected)
  }

  @Test("Quantized tensors become the float32 that gguf-py makes of them", arguments: ["quantized", "blocks"])
  func dequantized(name: String) throws {
    let source = try GGUFFile.open(Fixture.path("gguf/\(name).gguf"), options: ReadOptions(dequantizes: true))
    var left: [String] = []
    for tensor in try Golden(name).tensors {
      let descriptor = try source.requireDescriptor(named: tensor.name)
      guard let floats = tensor.dequantized, descriptor.dtype == .float32 else {
        left.append(tensor.name)
        continue
      }
      try source.expectTensor(tensor.name, "float32", floats.shape, floats.bytes)
      #expect(source.origin(of: descriptor)?.quantization == "dequantized from \(tensor.type)")
    }
    let kept = ["iq1_m", "iq1_s", "iq2_s", "iq2_xs", "iq2_xxs", "iq3_s", "iq3_xxs", "tq1_0"]
    #expect(left == (name == "blocks" ? kept : ["f32"]))
    // Those that stay as bytes are noted.
    #expect(source.problems.compactMap(\.tensor).sorted() == (name == "blocks" ? kept : []))
    #expect(source.problems.allSatisfy { $0.severity == .note })
  }

  @Test("A big-endian block has a big-endian scale, with which it gives the same floats")
  func bigEndian() throws {
    let path = Fixture.path("gguf/big-endian.gguf")
    let stored = try GGUFFile.open(path)
    let source = try GGUFFile.open(path, options: ReadOptions(dequantizes: true))
    let descriptor = try source.requireDescriptor(named: "q8_0")
    #expect((descriptor.dtype, descriptor.shape.dimensions) == (.float32, [2, 32]))
    let blocks = try stored.readAll(stored.requireDescriptor(named: "q8_0"))
    let floats = try source.readArray(of: Float.self, descriptor)
    for (index, float) in floats.enumerated() {
      let start = index / 32 * 34
      let scale = Float(halfBits: UInt16(blocks[start]) << 8 | UInt16(blocks[start + 1]))
      #expect(float == scale * Float(Int8(bitPattern: blocks[start + 2 + index % 32])))
    }
  }

  @Test("Any part of a model leads to all tensors of it", arguments: 1...3)
  func parts(number: Int) throws {
    let source = try GGUFFile.open(Fixture.path("gguf/split-0000\(number)-of-00003.gguf"))
    #expect(source.problems.isEmpty)
    #expect(source.files.map(\.name) == (1...3).map { "split-0000\($0)-of-00003.gguf" })
    #expect(source.metadata == ["general.architecture": "decant"])
    #expect(source.descriptors.map(\.name) == (0..<5).map { "t\($0)" })
    #expect(source.descriptors.compactMap { $0.location?.file } == [0, 0, 1, 1, 2])
    for (part, name) in (1...3).map({ ($0, "split-0000\($0)-of-00003") }) {
      for tensor in try Golden(name).tensors {
        try source.expectTensor(tensor.name, tensor.dtype, tensor.shape, tensor.bytes)
        #expect(try source.requireDescriptor(named: tensor.name).location?.file == part - 1)
      }
    }
  }

  private func copyParts(_ numbers: [Int], _ directory: TemporaryDirectory) throws {
    for number in numbers {
      let name = "split-0000\(number)-of-00003.gguf"
      _ = try directory.write(Fixture.bytes("gguf/\(name)"), to: name)
    }
  }

  private func reasons(_ source: any TensorSource) -> [WeightFileDefect] {
    source.problems.compactMap { ($0.error as? WeightFileError)?.reason }
  }

  @Test("A part that is missing, or is another part, is a problem, and the others are read")
  func missingParts() throws {
    let directory = try TemporaryDirectory()
    try copyParts([1, 3], directory)
    var source = try GGUFFile.open(directory.file("split-00003-of-00003.gguf"))
    #expect(source.descriptors.map(\.name) == ["t0", "t1", "t4"])
    #expect(reasons(source) == [.gguf(.missingParts(["split-00002-of-00003.gguf"], count: 3))])
    #expect(source.problems.allSatisfy { $0.severity == .incomplete })
    #expect(source.files.map(\.byteCount) == [320, 192, nil])

    _ = try directory.write(Fixture.bytes("gguf/plain.gguf"), to: "split-00002-of-00003.gguf")
    source = try GGUFFile.open(directory.file("split-00001-of-00003.gguf"))
    #expect(source.descriptors.map(\.name) == ["t0", "t1", "t4"])
    #expect(reasons(source) == [.gguf(.otherPart(expected: 2, count: 3))])

    _ = try directory.write(Fixture.bytes("gguf/split-00002-of-00003.gguf").prefix(30), to: "split-00002-of-00003.gguf")
    source = try GGUFFile.open(directory.file("split-00001-of-00003.gguf"))
    #expect(source.descriptors.map(\.name) == ["t0", "t1", "t4"])
    #expect(source.problems.map(\.severity) == [.incomplete])
  }

  @Test("A part whose name does not say which is read alone, with a problem")
  func renamedPart() throws {
    let directory = try TemporaryDirectory()
    for name in ["model.gguf", "split-00004-of-00003.gguf", "split-2-of-00003.gguf"] {
      let path = try directory.write(Fixture.bytes("gguf/split-00002-of-00003.gguf"), to: name)
      let source = try GGUFFile.open(path)
      #expect(source.descriptors.map(\.name) == ["t2", "t3"])
      #expect(reasons(source) == [.gguf(.partName(count: 3))])
    }
    try copyParts([1, 3], directory)
    _ = try directory.write(Fixture.bytes("gguf/split-00001-of-00003.gguf"), to: "split-00002-of-00003.gguf")
    let source = try GGUFFile.open(directory.file("split-00002-of-00003.gguf"))
    #expect(reasons(source).contains(.gguf(.otherPart(expected: 2, count: 3))))
  }
}
