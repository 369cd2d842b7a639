import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("TensorFlow.js models")
struct TFJSTests {
  @Test(
    "Every tensor reads as tensorflowjs reads it, in pieces of any length",
    arguments: [
      "layers", "dtypes", "shards", "groups", "quantized-uint8", "quantized-uint16", "quantized-float16",
      "quantized-mixed", "graph", "javascript",
    ])
  func values(name: String) throws {
    let source = try TFJSFile.open(Fixture.path("tfjs/\(name)/model.json"))
    #expect(source.problems.isEmpty)
    try source.expectEqual(to: GoldenValues("tfjs/\(name)/values.json"))
  }

  @Test("The model's description is metadata, and the topology is skipped")
  func metadata() throws {
    let metadata = try TFJSFile.open(Fixture.path("tfjs/graph/model.json")).metadata
    #expect(
      metadata == [
        "tensorflowjs.format": "graph-model", "tensorflowjs.generatedBy": "2.15.0",
        "tensorflowjs.convertedBy": "TensorFlow.js Converter v4.22.0",
      ])
  }

  @Test("A list of weights alone is a model, under any name")
  func manifestAlone() throws {
    let directory = try TemporaryDirectory()
    try directory.write([1, 2, 3, 4], to: "w.bin")
    let text = #"[{"paths": ["w.bin"], "weights": [{"name": "a", "shape": [4], "dtype": "bool"}]}]"#
    let path = try directory.write(text.utf8, to: "list.json")
    #expect(TFJSFile.isModel(try InputFile(path: path)))
    let source = try TFJSFile.open(path)
    #expect(try source.readAll(source.descriptors[0]) == [1, 2, 3, 4])
    let other = try InputFile(path: directory.write(#"{"a": [{"paths": []}]}"#.utf8, to: "other.json"))
    #expect(!TFJSFile.isModel(other))
  }

  // MARK: - Missing and short shards

  /// A model of 10 tensors, `t0` to `t9`, of 4 bytes each, in shards of these lengths; nil for a shard that is not
  /// there.
  private func names(
    shards counts: [Int?], strings: Bool = false
  ) throws -> (read: [String], problems: [WeightFileDefect?]) {
    let directory = try TemporaryDirectory()
    var start = 0
    for (index, count) in counts.enumerated() {
      // Whole shards have 8 bytes; each byte says its place in the group.
      if let count { try directory.write((start..<start + count).map(UInt8.init), to: "s\(index)") }
      start += 8
    }
    let weights = (0..<10).map { #"{"name": "t\#($0)", "shape": [4], "dtype": "uint8"}"# }
    let paths = counts.indices.map { "\"s\($0)\"" }.joined(separator: ",")
    let text = #"[{"paths": [\#(paths)], "weights": [\#(weights.joined(separator: ","))]}]"#
    let source = try TFJSFile.open(directory.write(text.utf8, to: "model.json"))
    for descriptor in source.descriptors {
      // A tensor of the list always has the right values.
      #expect(try source.readAll(descriptor).first == UInt8(4 * (Int(descriptor.name.dropFirst()) ?? 0)))
    }
    return (source.descriptors.map(\.name), source.problems.map { ($0.error as? WeightFileError)?.reason })
  }

  @Test("A missing shard affects only the tensors in it, if the others tell its length")
  func missingShard() throws {
    let all = (0..<10).map { "t\($0)" }
    #expect(try names(shards: [8, 8, 8, 8, 8]).read == all)
    let middle = try names(shards: [8, 8, nil, 8, 8])
    #expect(middle.read == ["t0", "t1", "t2", "t3", "t6", "t7", "t8", "t9"])
    #expect(middle.problems == Array(repeating: .tensorFlowJS(.missing("s2")), count: 2))
    #expect(try names(shards: [nil, 8, 8, 8, 8]).read == Array(all[2...]))
    #expect(try names(shards: [8, 8, 8, 8, nil]).read == Array(all[..<8]))
    #expect(try names(shards: [8, nil, nil, 8, 8]).read == ["t0", "t1", "t6", "t7", "t8", "t9"])
  }

  @Test("A short shard affects only the tensors in it, if the others tell its length; otherwise no tensor is guessed")
  func shortShard() throws {
    let middle = try names(shards: [8, 8, 5, 8, 8])
    #expect(middle.read == ["t0", "t1", "t2", "t3", "t4", "t6", "t7", "t8", "t9"])
    #expect(middle.problems == [.tensorFlowJS(.shortShard("s2", byteCount: 5))])
    #expect(try names(shards: [8, 8, 8, 8, 7]).read == (0..<9).map { "t\($0)" })
    let unknown = try names(shards: [7, 8])
    #expect(unknown.read == ["t0"])
    #expect(unknown.problems.allSatisfy { $0 == .tensorFlowJS(.shortGroup) })
    #expect(try names(shards: [7]).problems.first == .tensorFlowJS(.pastEnd(needed: 8, found: 7)))
  }

  @Test("Strings in a short group are not guessed either")
  func shortStrings() throws {
    let directory = try TemporaryDirectory()
    let weights =
      #"{"name": "a", "shape": [2], "dtype": "uint8"}, {"name": "s", "shape": [1], "dtype": "string"}, "#
      + #"{"name": "b", "shape": [4], "dtype": "uint8"}"#
    try directory.write([1, 2, 1, 0, 0, 0], to: "s0")
    let text = #"[{"paths": ["s0", "s1"], "weights": [\#(weights)]}]"#
    let path = try directory.write(text.utf8, to: "model.json")
    try directory.write([65, 1, 2, 3, 4], to: "s1")
    #expect(try TFJSFile.open(path).descriptors.map(\.name) == ["a", "b", "s"])
    try directory.write([1, 2, 1, 0, 0], to: "s0")
    #expect(try TFJSFile.open(path).descriptors.map(\.name) == ["a"])
    try FileManager.default.removeItem(atPath: directory.file("s1"))
    #expect(try TFJSFile.open(path).descriptors.map(\.name) == ["a"])
  }

  @Test("10,000 tensors are listed at once")
  func manyTensors() throws {
    let directory = try TemporaryDirectory()
    try directory.write([UInt8](repeating: 0, count: 40_000), to: "s")
    let weights = (0..<10_000).map { #"{"name": "tensor/\#($0)", "shape": [1], "dtype": "float32"}"# }
    let text = #"{"weightsManifest": [{"paths": ["s"], "weights": [\#(weights.joined(separator: ","))]}]}"#
    let path = try directory.write(text.utf8, to: "model.json")
    let start = ContinuousClock.now
    #expect(try TFJSFile.open(path).descriptors.count == 10_000)
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}
