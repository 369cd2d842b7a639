import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Safetensors files of limited size")
struct ShardedWriterTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private static let sizes = [6, 6, 2, 6, 2, 2, 20, 3, 0, 4]

  private func tensors() throws -> [InMemoryTensorSource.Tensor] {
    try Self.sizes.enumerated().map { try .init("t\($0)", .uint8, [$1], seed: UInt64($0)) }
  }

  /// Writes tensors in pieces of 5 bytes, and does something before the files are committed.
  private func write(
    _ source: InMemoryTensorSource, limit: Int, replaces: Bool = false, name: String = "model.safetensors",
    metadata: [String: String] = ["format": "pt", "decant.x": "0000"],
    beforeEnd: ((ShardedSafetensorsWriter, any TensorSinkBody) throws -> Void)? = nil
  ) throws {
    let writer = try ShardedSafetensorsWriter(
      path: directory.file(name), maximumByteCount: limit, replacesExisting: replaces)
    var contents = SinkContents(source.descriptors, metadata: metadata)
    contents.strings = { try source.readStrings($0) }
    let body = try writer.begin(contents)
    for descriptor in source.descriptors {
      if descriptor.dtype == .string {
        try body.writeStrings(source.readStrings(descriptor))
      } else {
        let bytes = try source.readAll(descriptor)
        for start in stride(from: 0, to: bytes.count, by: 5) {
          let piece = Array(bytes[start..<min(bytes.count, start + 5)])
          try body.write(piece.rawSpan)
        }
      }
    }
    try beforeEnd?(writer, body)
    try body.finish(metadata: metadata.merging(["decant.x": "1234"]) { $1 }).commit()
  }

  @Test("Tensors are cut as huggingface_hub cuts them")
  func plan() throws {
    let descriptors = try InMemoryTensorSource(tensors()).descriptors
    #expect(SizedShards(descriptors, maximumByteCount: 10).shardOfTensor == [0, 1, 1, 3, 3, 3, 2, 4, 4, 4])
    #expect(SizedShards(descriptors, maximumByteCount: 7).shardOfTensor == [0, 1, 2, 3, 5, 5, 4, 5, 5, 6])
    #expect(SizedShards(descriptors, maximumByteCount: 1000).count == 1)
    #expect(SizedShards([], maximumByteCount: 1).count == 1)
  }

  @Test("All files appear together, and the index and every shard open the same tensors", arguments: [1, 7, 10, 25])
  func roundTrip(limit: Int) throws {
    let source = InMemoryTensorSource(try tensors() + [.init("words", texts: ["a", "bc"])])
    try write(source, limit: limit) { writer, body in
      #expect(try directory.entries().allSatisfy { $0.contains(".tmp") })
      let path = try #require(try body.pathBeforeEnd())
      try expectSame(#require(try ShardIndex.openModel(ofShard: path)), source)
      #expect(writer.files.last?.path == directory.file("model.safetensors.index.json"))
    }
    let names = try directory.entries()
    #expect(names.contains("model.safetensors.index.json") && !names.contains("model.safetensors"))
    let index = try ShardIndex.open(directory.file("model.safetensors.index.json"))
    try expectSame(index, source)
    #expect(index.problems.isEmpty)
    #expect(index.metadata == ["format": "pt", "decant.x": "1234", "total_size": "\(Self.sizes.reduce(0, +))"])
    for name in names where name.hasSuffix(".safetensors") {
      #expect(try SafetensorsFile(path: directory.file(name)).metadata == ["format": "pt", "decant.x": "1234"])
      try expectSame(#require(try ShardIndex.openModel(ofShard: directory.file(name))), source)
    }
  }

  @Test("If everything fits into one file, there is one file, as without a limit")
  func oneFile() throws {
    let source = InMemoryTensorSource(try tensors())
    try write(source, limit: 51)
    #expect(try directory.entries() == ["model.safetensors"])
    let plain = try SafetensorsWriter(path: directory.file("plain.safetensors"))
    let body = try plain.begin(SinkContents(source.descriptors, metadata: ["format": "pt", "decant.x": "1234"]))
    for descriptor in source.descriptors {
      let bytes = try source.readAll(descriptor)
      try body.write(bytes.rawSpan)
    }
    try body.finish(metadata: nil).commit()
    #expect(
      try Fixture.bytes(at: directory.file("model.safetensors"))
        == Fixture.bytes(at: directory.file("plain.safetensors")))
  }

  @Test("A name without an extension gets one")
  func extensions() throws {
    try write(InMemoryTensorSource(tensors()), limit: 30, name: "model")
    #expect(
      try directory.entries() == [
        "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json",
      ])
  }

  @Test("An earlier model of that name is replaced with all its files, and only if that is wanted")
  func replacing() throws {
    let source = InMemoryTensorSource(try tensors())
    try write(source, limit: 10)
    try directory.write([1], to: "model-00001-of-00009.safetensors")
    for limit in [10, 20, 1000] {
      let error = #expect(throws: FileError.self) { try write(source, limit: limit) }
      #expect(error?.reason == .exists)
    }
    try write(source, limit: 30, replaces: true)
    #expect(
      try directory.entries() == [
        "model-00001-of-00002.safetensors", "model-00001-of-00009.safetensors", "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
      ])
    try write(source, limit: 1000, replaces: true)
    #expect(try directory.entries() == ["model-00001-of-00009.safetensors", "model.safetensors"])
    try write(source, limit: 30, replaces: true)
    #expect(try !directory.entries().contains("model.safetensors"))
  }

  @Test("Dropped before the commit, nothing is left")
  func dropped() throws {
    #expect(throws: CancellationError.self) {
      try write(InMemoryTensorSource(tensors()), limit: 10) { _, _ in throw CancellationError() }
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("Missing elements, too many elements and too many shards are refused")
  func refusals() throws {
    let tensor = try InMemoryTensorSource.Tensor("a", .uint8, [1000], seed: 1)
    let descriptors = InMemoryTensorSource([tensor]).descriptors
    let body = try ShardedSafetensorsWriter(path: directory.file("a.safetensors"), maximumByteCount: 9)
      .begin(SinkContents(descriptors))
    #expect(throws: WeightFileError.self) { try body.finish(metadata: nil) }
    let bytes = [UInt8](repeating: 0, count: 1001)
    #expect(throws: WeightFileError.self) { try body.write(bytes.rawSpan) }
    let many = try (0..<501).map { try InMemoryTensorSource.Tensor("t\($0)", .uint8, [1], seed: 1) }
    let writer = try ShardedSafetensorsWriter(path: directory.file("b.safetensors"), maximumByteCount: 1)
    let error = #expect(throws: WeightFileError.self) {
      try writer.begin(SinkContents(InMemoryTensorSource(many).descriptors))
    }
    #expect(error?.message.text.contains("would be 501 files") == true)
  }

  @Test("Hundreds of shards do not need hundreds of open files")
  func manyFiles() throws {
    let tensors = try (0..<400).map { try InMemoryTensorSource.Tensor("t\($0)", .uint8, [2], seed: UInt64($0)) }
    try write(InMemoryTensorSource(tensors), limit: 2) { _, _ in
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
      #expect(open < 200)
    }
    #expect(try ShardIndex.open(directory.file("model.safetensors.index.json")).descriptors.count == 400)
  }

  private func expectSame(_ source: any TensorSource, _ expected: InMemoryTensorSource) throws {
    #expect(source.descriptors.map(\.name) == expected.descriptors.map(\.name))
    for descriptor in expected.descriptors {
      let found = try source.requireDescriptor(named: descriptor.name)
      if descriptor.dtype == .string {
        #expect(try source.readStrings(found) == expected.readStrings(descriptor))
      } else {
        #expect(try source.readAll(found) == expected.readAll(descriptor))
      }
    }
  }
}
