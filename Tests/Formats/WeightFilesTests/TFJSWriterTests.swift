import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Writing TensorFlow.js models")
struct TFJSWriterTests {
  private let metadata = ["decant.version": "1", "a": "é\n\"\\\u{1}"]

  private func everything() throws -> InMemoryTensorSource {
    var tensors: [InMemoryTensorSource.Tensor] = []
    for (index, dtype) in [DType.float32, .float16, .int32, .bool, .complex64].enumerated() {
      for (shape, dimensions) in ["scalar": [], "vector": [7], "empty": [3, 0, 5], "cube": [3, 5, 37]] {
        tensors.append(try .init("\(dtype)/\(shape)", dtype, dimensions, seed: UInt64(index)))
      }
    }
    tensors.append(try .init("words", [2, 2], strings: [[], [0xff, 0], Array("zwölf".utf8), [65]]))
    tensors.append(try .init("no words", [0, 2], strings: []))
    return InMemoryTensorSource(tensors, metadata: metadata)
  }

  private func check(_ source: InMemoryTensorSource, equals path: String) throws {
    let written = try TFJSFile.open(path)
    #expect(written.problems.isEmpty)
    #expect(written.metadata == source.metadata)
    #expect(written.format == TFJSFile.format)
    #expect(written.descriptors.map(\.name) == source.descriptors.map(\.name))
    for (found, expected) in zip(written.descriptors, source.descriptors) {
      #expect(found.dtype == expected.dtype && found.shape == expected.shape, "\(found.name)")
      if found.dtype == .string {
        #expect(try written.readStrings(found) == source.readStrings(expected))
      } else {
        #expect(found.byteCount == expected.byteCount, "\(found.name)")
        #expect(try written.readAll(found) == source.readAll(expected), "\(found.name)")
      }
    }
  }

  @Test("Every dtype, shape and string comes back, before and after the files have their names")
  func everyDType() throws {
    let directory = try TemporaryDirectory()
    let source = try everything()
    let finished = try source.write(to: TFJSWriter(path: directory.file("model.json")), pieceByteCount: 64)
    try check(source, equals: finished.temporaryPath)
    try finished.commit()
    try check(source, equals: directory.file("model.json"))
    #expect(try directory.entries() == ["group1-shard1of1.bin", "model.json"])
  }

  @Test("Shards have 4 MiB, and tensors may be cut by their ends", arguments: [1 << 10, 1 << 18, 1 << 23])
  func shards(pieceByteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([
      try .init("a", .float32, [3], seed: 1), try .init("b", .bool, [5], seed: 2),
      try .init("c", .float32, [2_200_000], seed: 3), try .init("d", .complex64, [5], seed: 4),
    ])
    let sink = try TFJSWriter(path: directory.file("model.json"))
    try source.write(to: sink, pieceByteCount: pieceByteCount).commit()
    try check(source, equals: directory.file("model.json"))
    let names = (1...3).map { "group1-shard\($0)of3.bin" }
    #expect(try directory.entries() == names + ["model.json"])
    #expect(try Fixture.bytes(at: directory.file(names[0])).count == 4 << 20)
    #expect(sink.files.map(\.path) == (names + ["model.json"]).map(directory.file))
  }

  @Test("A model of another name has shards of its own, and one without tensors has none")
  func names() throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([try .init("a", .float32, [3], seed: 1)])
    try source.write(to: TFJSWriter(path: directory.file("bert.json"))).commit()
    try InMemoryTensorSource([]).write(to: TFJSWriter(path: directory.file("none.json"))).commit()
    try check(source, equals: directory.file("bert.json"))
    #expect(try TFJSFile.open(directory.file("none.json")).descriptors.isEmpty)
    #expect(try directory.entries() == ["bert-group1-shard1of1.bin", "bert.json", "none.json"])
  }

  @Test("Nothing is left of a model that is not committed, and files are replaced only if that is wanted")
  func replacing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("model.json")
    let first = InMemoryTensorSource([try .init("a", .float32, [3], seed: 1)])
    let second = InMemoryTensorSource([try .init("b", .int32, [4], seed: 2)])
    try first.write(to: TFJSWriter(path: path)).commit()
    #expect(throws: FileError.self) { try TFJSWriter(path: path) }
    do { _ = try second.write(to: TFJSWriter(path: path, replacesExisting: true)) }
    try check(first, equals: path)
    #expect(try directory.entries() == ["group1-shard1of1.bin", "model.json"])
    try second.write(to: TFJSWriter(path: path, replacesExisting: true)).commit()
    try check(second, equals: path)
    #expect(try directory.entries() == ["group1-shard1of1.bin", "model.json"])
  }

  @Test("A dtype that TensorFlow.js lacks is refused with what to do")
  func refusals() throws {
    let directory = try TemporaryDirectory()
    for dtype in [DType.float64, .int64, .uint8, .bfloat16, .int4] {
      let source = InMemoryTensorSource([try .init("a", dtype, [2], seed: 1)])
      let sink = try TFJSWriter(path: directory.file("\(dtype).json"))
      #expect(sink.refusal(of: source.descriptors[0])?.text.contains("--drop") == true)
      #expect(throws: WeightFileError.self) { try source.write(to: sink) }
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("A note on dtypes that does not fit is refused")
  func badNote() throws {
    let directory = try TemporaryDirectory()
    for note in [#"{\"b\":\"float16\"}"#, #"{\"a\":\"float16\"}"#, #"{\"a\":\"float64\"}"#, "7"] {
      let text =
        #"{"userDefinedMetadata": {"decant.dtypes": "\#(note)"}, "weightsManifest": [{"paths": ["s"], "#
        + #""weights": [{"name": "a", "shape": [1], "dtype": "float32"}]}]}"#
      let path = try directory.write(text.utf8, to: "model.json")
      do {
        _ = try TFJSFile.open(path)
        Issue.record("the note was taken")
      } catch let error as WeightFileError {
        guard case .badDTypeNote = error.reason else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }
}
