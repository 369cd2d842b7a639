import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Models in several files")
struct ShardTests {
  @Test(
    "Every tensor of every shard reads as the real library reads it, in pieces of any length",
    arguments: [
      ("safetensors", "model.safetensors.index.json"), ("safetensors", "model-00002-of-00003.safetensors"),
      ("keras", "model.weights.json"), ("keras", "model_00001.weights.h5"),
    ])
  func values(folder: String, name: String) throws {
    let source = try open("shards/\(folder)/\(name)")
    try source.expectEqual(to: GoldenValues("shards/\(folder)/values.json"))
    #expect(source.problems.allSatisfy { $0.severity == .note })
    #expect(source.files.count == (folder == "keras" ? 3 : 4))
    for descriptor in source.descriptors {
      let location = try #require(descriptor.location)
      let bytes = try InputFile(path: source.files[location.file].path).read(
        at: location.offset, count: descriptor.byteCount)
      #expect(try source.readAll(descriptor) == bytes)
    }
  }

  @Test("The shards of a Flax model are one model, with or without an index", arguments: [true, false])
  func otherFormats(hasIndex: Bool) throws {
    let directory = try TemporaryDirectory()
    for (number, name) in ["chunked", "model"].enumerated() {
      let bytes = try Fixture.bytes("flax/\(name).msgpack")
      try directory.write(bytes, to: "flax_model-0000\(number + 1)-of-00002.msgpack")
    }
    let counts = try ["chunked", "model"].map { try GoldenValues("flax/\($0).json").tensors.count }
    let first = directory.file("flax_model-00001-of-00002.msgpack")
    if hasIndex {
      let name = try #require(FlaxFile.open(Fixture.path("flax/model.msgpack")).descriptors.first?.name)
      let text = #"{"weight_map": {"\#(name)": "flax_model-00002-of-00002.msgpack"}}"#
      let index = try directory.write(Array(text.utf8), to: "flax_model.msgpack.index.json")
      #expect(try ShardIndex.open(index).descriptors.count == counts[1])
    } else {
      let source = try #require(try ShardIndex.openModel(ofShard: first))
      #expect(source.descriptors.count == counts[0] + counts[1])
    }
  }

  @Test("Shards of torch.save are opened as PyTorch files, whatever opens those")
  func pyTorch() throws {
    let rows = try GoldenValues("shards/pytorch/values.json").tensors
    let index = try ShardIndex(path: Fixture.path("shards/pytorch/pytorch_model.bin.index.json"))
    let listing = ShardListing(index) { path in
      let names = index.entries.filter { $0.shard == path.lastPart }.map(\.name)
      return InMemoryTensorSource(
        try rows.filter { names.contains($0.name) }.map {
          try .init($0.name, .float32, $0.shape, bytes: [UInt8]($0.bytes ?? Data()))
        })
    }
    let source = try ShardedSource(listing)
    #expect(source.problems.isEmpty && source.metadata == ["total_size": "2272"])
    try source.expectEqual(to: GoldenValues("shards/pytorch/values.json"), throwsForOtherKinds: false)
  }

  @Test("Metadata that all shards have is shown once, with what the index says about the model")
  func metadata() throws {
    let source = try open("shards/safetensors/model.safetensors.index.json")
    #expect(source.metadata == ["format": "pt", "total_parameters": "568", "total_size": "2272"])
    #expect(source.format == "safetensors" && !source.hasChecksums)
    #expect(try open("shards/keras/model.weights.json").metadata == ["total_size": "560.0"])
  }

  @Test("A shard opens the whole model, and a note says so")
  func shard() throws {
    let source = try open("shards/safetensors/model-00003-of-00003.safetensors")
    #expect(source.descriptors.count == 28)
    #expect(reasons(source) == [.partOfModel(index: "model.safetensors.index.json")])
    #expect(source.problems.allSatisfy { $0.severity == .note })
  }

  @Test("Shards without an index are a model if all of them are there")
  func withoutIndex() throws {
    let directory = try copy()
    try FileManager.default.removeItem(atPath: directory.file(Self.index))
    let source = try #require(try ShardIndex.openModel(ofShard: directory.file(Self.shard(2))))
    #expect(source.descriptors.count == 28 && source.files.count == 3)
    try FileManager.default.removeItem(atPath: directory.file(Self.shard(1)))
    let part = try #require(try ShardIndex.openModel(ofShard: directory.file(Self.shard(2))))
    #expect(part.descriptors.count < 28 && part.files.count == 1)
    #expect(reasons(part) == [.others(number: 2, count: 3, missing: [Self.shard(1)])])
    #expect(part.problems.allSatisfy { $0.severity == .note })
    // Other names are not those of shards.
    try FileManager.default.moveItem(atPath: directory.file(Self.shard(2)), toPath: directory.file("two.safetensors"))
    #expect(try ShardIndex.openModel(ofShard: directory.file("two.safetensors")) == nil)
  }

  @Test("A missing shard is a problem of its tensors, and the others are read")
  func missingShard() throws {
    let directory = try copy()
    try FileManager.default.removeItem(atPath: directory.file(Self.shard(2)))
    let source = try ShardIndex.open(directory.file(Self.index))
    let listed = try ShardIndex(path: directory.file(Self.index)).entries.filter { $0.shard == Self.shard(2) }
    #expect(!listed.isEmpty && source.descriptors.count == 28 - listed.count)
    #expect(Set(source.problems.compactMap(\.tensor)) == Set(listed.map(\.name)))
    #expect(reasons(source).allSatisfy { $0 == .missing } && source.problems.allSatisfy { $0.severity == .incomplete })
    #expect(source.files.map(\.byteCount).filter { $0 == nil }.count == 1)
    for descriptor in source.descriptors { _ = try source.readAll(descriptor) }
    for number in [1, 3] { try FileManager.default.removeItem(atPath: directory.file(Self.shard(number))) }
    #expect(throws: WeightFileError.self) { try ShardIndex.open(directory.file(Self.index)) }
  }

  @Test("A damaged shard is a problem of its tensors")
  func damagedShard() throws {
    let directory = try copy()
    let bytes = try Fixture.bytes("shards/safetensors/\(Self.shard(1))")
    try directory.write(bytes.dropLast(), to: Self.shard(1))
    let source = try ShardIndex.open(directory.file(Self.index))
    #expect(source.descriptors.count < 28 && source.descriptors.count + source.problems.count == 28)
    #expect(
      source.problems.allSatisfy {
        if case .dataCountMismatch? = ($0.error as? WeightFileError)?.reason { true } else { false }
      })
    try directory.write(Array("hello".utf8), to: Self.shard(1))
    #expect(try ShardIndex.open(directory.file(Self.index)).problems.count == source.problems.count)
  }

  @Test("An index and shards that disagree are reported, and no tensor is hidden")
  func disagreement() throws {
    let directory = try TemporaryDirectory()
    try write(["a": 1, "b": 2], to: "x.safetensors", in: directory)
    try write(["b": 3, "c": 4], to: "y.safetensors", in: directory)
    func open(_ map: String) throws -> any TensorSource {
      try directory.write(Array(#"{"weight_map": \#(map)}"#.utf8), to: "m.index.json")
      return try ShardIndex.open(directory.file("m.index.json"))
    }
    // The index says which b counts.
    let second = try open(#"{"a": "x.safetensors", "b": "y.safetensors", "c": "y.safetensors"}"#)
    #expect(second.problems.isEmpty)
    #expect(try second.readAll(second.requireDescriptor(named: "b")) == [3])
    let first = try open(#"{"a": "x.safetensors", "b": "x.safetensors", "c": "y.safetensors"}"#)
    #expect(try first.problems.isEmpty && first.readAll(first.requireDescriptor(named: "b")) == [2])
    let neither = try open(#"{"a": "x.safetensors", "c": "y.safetensors", "d": "./x.safetensors"}"#)
    #expect(
      reasons(neither) == [
        .twice(first: "x.safetensors", second: "y.safetensors"), .notInShard(shard: "x.safetensors"),
        .notInIndex(index: "m.index.json"),
      ])
    #expect(neither.descriptors.map(\.name) == ["a", "b", "c"] && neither.files.count == 3)
    let moved = try open(#"{"a": "y.safetensors", "b": "x.safetensors", "c": "y.safetensors"}"#)
    #expect(reasons(moved) == [.notInIndex(index: "m.index.json")] && moved.descriptors.count == 3)
  }

  @Test("Tensors of HDF5 shards whose index names them in another way are shown")
  func otherNames() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Fixture.bytes("keras/model-3.h5"), to: "tf_model.h5")
    try directory.write(Array(#"{"weight_map": {"conv/kernel:0": "tf_model.h5"}}"#.utf8), to: "tf_model.h5.index.json")
    let source = try ShardIndex.open(directory.file("tf_model.h5.index.json"))
    #expect(source.problems.isEmpty && source.descriptors.count > 8)
  }

  @Test("The checksums of shards are shown together, whether each has its own or all have all of them")
  func digests() throws {
    func text(_ names: [String], _ digits: String = "0000000a") -> String {
      DigestList(metadata: "0000000b", rows: names.map { .init(name: $0, digits: digits) }).text
    }
    for first in [text(["a"]), text(["a", "b"])] {
      let directory = try TemporaryDirectory()
      try write(["a": 1], [ContentDigests.key: first], to: "m-1-of-2.safetensors", in: directory)
      let second = first == text(["a"]) ? text(["b"]) : first
      try write(["b": 1], [ContentDigests.key: second], to: "m-2-of-2.safetensors", in: directory)
      let path = directory.file("m-2-of-2.safetensors")
      var source = try #require(try ShardIndex.openModel(ofShard: path))
      #expect(source.metadata == [ContentDigests.key: text(["a", "b"])])
      #expect(reasons(source) == [.partOfModel(index: nil)])
      // A checksum that two shards state differently.
      let other = text(["a", "b"], "0000000c")
      try write(["b": 1], [ContentDigests.key: other], to: "m-2-of-2.safetensors", in: directory)
      source = try #require(try ShardIndex.openModel(ofShard: path))
      #expect(reasons(source).contains(.metadataDiffers(ContentDigests.key, first: "m-1-of-2.safetensors")))
      // Checksums that cannot be read are not covered by those of another shard.
      try write(["a": 1], [ContentDigests.key: "{"], to: "m-1-of-2.safetensors", in: directory)
      source = try #require(try ShardIndex.openModel(ofShard: path))
      #expect(throws: DigestError.self) { try ContentDigests(of: source) }
      // Alone, a shard with checksums is not taken for the whole model.
      try FileManager.default.removeItem(atPath: directory.file("m-1-of-2.safetensors"))
      source = try #require(try ShardIndex.openModel(ofShard: path))
      #expect(source.problems.map(\.severity) == [.unreadable])
      #expect(reasons(source) == [.others(number: 2, count: 2, missing: ["m-1-of-2.safetensors"])])
    }
  }

  @Test("Metadata that differs between shards is reported")
  func metadataDiffers() throws {
    let directory = try TemporaryDirectory()
    try write(["a": 1], ["format": "pt", "decant.model": "x"], to: "m-1-of-2.safetensors", in: directory)
    try write(["b": 1], ["format": "np", "decant.model": "y"], to: "m-2-of-2.safetensors", in: directory)
    let source = try #require(try ShardIndex.openModel(ofShard: directory.file("m-2-of-2.safetensors")))
    #expect(source.metadata == ["format": "pt", "decant.model": "x"])
    #expect(source.problems.map(\.severity) == [.unreadable, .note, .note])
    #expect(
      reasons(source).prefix(2) == [
        .metadataDiffers("decant.model", first: "m-1-of-2.safetensors"),
        .metadataDiffers("format", first: "m-1-of-2.safetensors"),
      ])
  }

  @Test(
    "An index that is damaged or lies is refused",
    arguments: [
      ("{", .badJSON("the JSON text ends in the middle of a value")), ("[]", .badJSON("expected '{'")),
      ("{}", .noMap), (#"{"weight_map": {}}"#, .emptyMap), (#"{"weight_map": []}"#, .badJSON("expected an object")),
      (#"{"weight_map": {"a": 1}}"#, .badJSON("expected a string")),
      (#"{"weight_map": {"a": "x", "a": "y"}}"#, .badJSON("the key 'a' occurs twice")),
      (#"{"weight_map": {"a": "../x.safetensors"}}"#, .leadsOut("../x.safetensors")),
      (#"{"weight_map": {"a": "/etc/passwd"}}"#, .leadsOut("/etc/passwd")),
      (#"{"weight_map": {"a": "m.index.json"}}"#, .notAShard), (#"{"weight_map": {"a": "nothing"}}"#, .missing),
    ] as [(String, ShardIndexDefect)])
  func badIndex(text: String, defect: ShardIndexDefect) throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array(text.utf8), to: "m.index.json")
    let error = #expect(throws: WeightFileError.self) { try ShardIndex.open(directory.file("m.index.json")) }
    guard case .shardIndex(let found)? = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    if case .badJSON = defect, case .badJSON = found { return }
    #expect(found == defect)
  }

  @Test("A pointer of Git LFS in the place of a shard is called that")
  func pointers() throws {
    let directory = try TemporaryDirectory()
    let index = #"{"weight_map": {"a": "m-1-of-2.safetensors", "b": "m-2-of-2.safetensors"}}"#
    try directory.write(Array(index.utf8), to: "m.safetensors.index.json")
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
    for name in ["m-1-of-2.safetensors", "m-2-of-2.safetensors"] { try directory.write(Array(pointer.utf8), to: name) }
    let error = #expect(throws: WeightFileError.self) {
      try ShardIndex.open(directory.file("m.safetensors.index.json"))
    }
    #expect(error?.reason == .shardIndex(.otherContent(.lfsPointer(byteCount: 12345))))
    #expect(error?.message.text.contains("git lfs pull") == true)
  }

  @Test("Names of shards are recognized, and siblings keep the digits")
  func names() throws {
    let shard = try #require(NumberedShard(name: "model-00002-of-000163.safetensors"))
    #expect(shard.number == 2 && shard.count == 163)
    #expect(shard.siblings.last == "model-00163-of-000163.safetensors" && shard.siblings.count == 163)
    #expect(shard.indexNames == ["model.safetensors.index.json"])
    let variant = try #require(NumberedShard(name: "model.fp16-00001-of-00002.safetensors"))
    #expect(variant.indexNames == ["model.fp16.safetensors.index.json", "model.safetensors.index.fp16.json"])
    #expect(NumberedShard(name: "pytorch_model_00001-of-00072.bin")?.indexNames == ["pytorch_model.bin.index.json"])
    for name in [
      "model-00000-of-00003.safetensors", "model-4-of-3.bin", "a-of-b.bin", "-1-of-2.bin", "model-1-of-2", "1-of-2.bin",
      "model-1-of-99999999999999999999.bin", "x-1-of-20000.bin", "model-of-2.bin",
    ] { #expect(NumberedShard(name: name) == nil, "\(name)") }
  }

  @Test("An index of many tensors is read in a moment")
  func many() throws {
    let directory = try TemporaryDirectory()
    let map = (0..<20_000).map { #""layer.\#($0).weight": "model-1-of-2.bin""# }.joined(separator: ",")
    try directory.write(Array(#"{"weight_map": {\#(map)}}"#.utf8), to: "m.index.json")
    let clock = ContinuousClock()
    let time = clock.measure { _ = try? ShardIndex.open(directory.file("m.index.json")) }
    #expect(time < .seconds(10))
  }

  // MARK: - Parts

  private static let index = "model.safetensors.index.json"

  private static func shard(_ number: Int) -> String { "model-0000\(number)-of-00003.safetensors" }

  private func open(_ path: String) throws -> any TensorSource {
    let path = Fixture.path(path)
    return try path.hasSuffix(".json") ? ShardIndex.open(path) : #require(try ShardIndex.openModel(ofShard: path))
  }

  private func reasons(_ source: any TensorSource) -> [ShardIndexDefect] {
    source.problems.compactMap {
      if case .shardIndex(let defect)? = ($0.error as? WeightFileError)?.reason { defect } else { nil }
    }
  }

  /// The safetensors shards and their index in a directory of their own.
  private func copy() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    for name in [Self.index] + (1...3).map({ Self.shard($0) }) {
      try directory.write(Fixture.bytes("shards/safetensors/\(name)"), to: name)
    }
    return directory
  }

  /// A safetensors file of one byte for each tensor.
  private func write(
    _ tensors: [String: UInt8], _ metadata: [String: String] = [:], to name: String, in directory: TemporaryDirectory
  ) throws {
    let names = tensors.keys.sorted()
    let descriptors = try names.map { TensorDescriptor(name: $0, dtype: .uint8, shape: try Shape([1]), byteCount: 1) }
    let writer = try SafetensorsWriter(path: directory.file(name), replacesExisting: true)
    let body = try writer.begin(SinkContents(descriptors, metadata: metadata))
    for name in names { try body.write([tensors[name] ?? 0].rawSpan) }
    try body.finish(metadata: nil).commit()
  }
}
