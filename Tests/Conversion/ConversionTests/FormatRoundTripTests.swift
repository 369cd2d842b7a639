import Bytes
import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

/// From a checkpoint of TensorFlow through every other format, and back.
@Suite("Round trips through other formats")
struct FormatRoundTripTests {
  /// Checkpoints of many dtypes, shapes, byte orders and eras.
  private static let checkpoints = [
    "tf2-keras", "tf2-object", "v1-dtypes", "v1-partitioned", "v1-shapes", "v1-small",
    "v1-value-lists", "v2-big-endian", "v2-dtypes-0.12", "v2-dtypes-1.15", "v2-dtypes-2x", "v2-lstm-weights",
    "v2-partitioned", "v2-shapes",
  ]

  private struct Middle: Sendable, CustomTestStringConvertible {
    let file: String
    var shardByteCount: Int?
    /// The dtypes that the checkpoints have and the format does not hold.
    let refused: Set<DType>
    var testDescription: String { shardByteCount == nil ? file : "\(file) in shards" }

    static let all: [Middle] = [
      Middle(file: "a.safetensors", refused: []), Middle(file: "a.safetensors", shardByteCount: 100, refused: []),
      Middle(file: "a.h5", refused: []), Middle(file: "a.pth", refused: [.string]),
      Middle(
        file: "a.npz",
        refused: Set(DType.allCases).subtracting([
          .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .float16, .float32, .float64,
          .complex64, .complex128,
        ])),
      Middle(
        file: "a.gguf",
        refused: Set(DType.allCases).subtracting([
          .float32, .float16, .bfloat16, .float64, .int8, .int16, .int32, .int64,
        ])),
      Middle(
        file: "model.json",
        refused: Set(DType.allCases).subtracting([
          .float32, .float16, .int32, .bool, .complex64, .string,
        ])),
    ]
  }

  private static let objectGraph = "_CHECKPOINTABLE_OBJECT_GRAPH"

  @Test(
    "Every tensor that the format holds comes back bit by bit, and every other one is named with the reason",
    arguments: checkpoints, Middle.all)
  private func roundTrip(checkpoint: String, middle: Middle) throws {
    let directory = try TemporaryDirectory()
    let source = try TensorFile.open(Fixture.path("checkpoints/\(checkpoint)"))
    var options = ConversionOptions()
    options.names = .keep
    options.sink.maximumShardByteCount = middle.shardByteCount
    let report = try Converter(options: options).convert(source, to: directory.file(middle.file))
    let output = try TensorOutput(directory.file(middle.file))
    let reasons = Dictionary(uniqueKeysWithValues: report.skipped.map { ($0.name, $0.reason.text) })
    for tensor in source.descriptors {
      let refusal = output.refusal(of: tensor)?.text
      if middle.refused.contains(tensor.dtype) {
        #expect(refusal?.contains("\(tensor.dtype)") == true || refusal?.contains("string") == true)
      }
      // Its promises would be false if another tensor is left out.
      if tensor.name != Self.objectGraph { #expect(reasons[tensor.name] == refusal, "\(tensor.name)") }
    }
    let skipped = Set(reasons.keys)

    let opened =
      middle.shardByteCount == nil
      ? directory.file(middle.file)
      : try #require(
        try directory.entries().first { $0.hasSuffix(".index.json") || $0 == middle.file }.map(directory.file))
    options.sink = SinkOptions()
    let second = try Converter(options: options).convert(opened, to: directory.file("back.ckpt"))
    #expect(second.skipped.isEmpty)
    let back = try TensorFile.open(directory.file("back.ckpt"))
    #expect(back.problems.isEmpty)
    let kept = source.descriptors.filter { !skipped.contains($0.name) }
    #expect(!kept.isEmpty)
    #expect(back.descriptors.map { Array($0.name.utf8) } == kept.map { Array($0.name.utf8) })
    for (found, expected) in zip(back.descriptors, kept) {
      #expect((found.dtype, found.shape) == (expected.dtype, expected.shape), "\(expected.name)")
      if expected.dtype == .string {
        #expect(try back.readStrings(found) == source.readStrings(expected), "\(expected.name)")
      } else {
        #expect(try back.readAll(found) == source.readAll(expected), "\(expected.name)")
      }
    }
  }

  @Test("A dtype that other programs see as another one is named")
  func substitutes() throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([
      try .init("a", .complex128, [2], seed: 1), try .init("b", .qint8, [2], seed: 2),
      try .init("c", .float32, [2], seed: 3), try .init("d", .float16, [2], seed: 4),
    ])
    func substituted(_ file: String) throws -> [String: String] {
      let report = try Converter().convert(source, to: directory.file(file))
      #expect(ConversionText.report(report).text.contains("other programs") == !report.substituted.isEmpty)
      return Dictionary(uniqueKeysWithValues: report.substituted.map { ($0.name, $0.reason.text) })
    }
    let names = ["a": "complex128 as pairs of float64, along one more axis", "b": "qint8 as int8"]
    #expect(try substituted("a.safetensors") == names)
    #expect(try substituted("a.pth") == [:].merging(["b": "qint8 as int8"]) { $1 })
    #expect(try substituted("model.json") == ["d": "float16 as float32 of the same values"])
    #expect(try substituted("a.npz").isEmpty)
  }

  @Test("The report lists the datasets of HDF5 that have other paths than their tensors have names")
  func otherPaths() throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([
      try .init("conv/weights", .float32, [2], seed: 1), try .init("conv/weights/Adam", .float32, [2], seed: 2),
      try .init("50%", .float32, [2], seed: 3),
    ])
    var options = ConversionOptions()
    options.names = .keep
    func notes(_ name: String) throws -> [String] {
      let report = try Converter(options: options).convert(source, to: directory.file(name))
      for row in report.notes.flatMap(\.rows) { #expect(ConversionText.report(report).text.contains(row.text)) }
      return report.notes.flatMap(\.rows).map(\.text)
    }
    #expect(try notes("a.h5") == ["50% -> 50%25", "conv/weights -> conv/weights%"])
    #expect(try notes("a.safetensors").isEmpty)
  }

  @Test("A checkpoint of which nothing describes the layers is not made a Keras archive, and the error says why")
  func keras() throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: (any Error).self) {
      try Converter().convert(Fixture.path("checkpoints/v2-small"), to: directory.file("a.keras"))
    }
    #expect("\(error as Any)".contains("needs the description of the model"))
    #expect(try directory.entries().isEmpty)
  }
}
