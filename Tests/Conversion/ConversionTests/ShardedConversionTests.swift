import ModelMapping
import Comparison
import Foundation
import Inspection
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion
@testable import WeightFiles

@Suite("Conversion to files of limited size, and from them")
struct ShardedConversionTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func source() throws -> InMemoryTensorSource {
    InMemoryTensorSource([
      try .init("a/kernel", .float32, [20], seed: 1), try .init("a/bias", .float32, [3], seed: 2),
      try .init("b/kernel", .float32, [30], seed: 3), try .init("words", texts: ["x", "yz"]),
    ])
  }

  private func options(_ byteCount: Int?) -> ConversionOptions {
    var options = ConversionOptions()
    options.names = .keep
    options.sink = SinkOptions(replacesExisting: true, maximumShardByteCount: byteCount)
    return options
  }

  @Test("Shards are read back, and hold what the source holds with sound digests")
  func shards() throws {
    let path = directory.file("m.safetensors")
    let report = try Converter(options: options(90)).convert(source(), to: path)
    #expect(report.wasReadBack)
    let names = (1...3).map { "m-0000\($0)-of-00003.safetensors" } + ["m.safetensors.index.json"]
    #expect(try directory.entries() == names)
    for name in names + [""] {
      let found = try TensorFile.open(directory.file(name))
      #expect(try SourceComparison(source(), found).isEqual)
      #expect(found.metadata == report.metadata)
      #expect(IntegrityReport(checking: found).isSound)
    }
    let bytes = try names.reduce(0) { try $0 + Fixture.bytes(at: directory.file($1)).count }
    #expect(report.outputByteCount == bytes)
  }

  @Test("A shard has the checksums of its own tensors only")
  func digests() throws {
    let report = try Converter(options: options(90)).convert(source(), to: directory.file("m.safetensors"))
    var names: [String] = []
    for number in 1...3 {
      let file = try SafetensorsFile(path: directory.file("m-0000\(number)-of-00003.safetensors"))
      let list = try DigestList(parsing: #require(file.metadata["decant.digests"]))
      #expect(list.rows.map(\.name).sorted() == file.descriptors.map(\.name).sorted())
      names += list.rows.map(\.name)
    }
    let all = try DigestList(parsing: #require(report.metadata["decant.digests"]))
    #expect(names.sorted() == all.rows.map(\.name).sorted())
  }

  @Test("The shards of a model are never written over by its own conversion")
  func ontoItself() throws {
    _ = try Converter(options: options(90)).convert(source(), to: directory.file("m.safetensors"))
    let before = try directory.entries()
    for (input, output) in [
      ("m.safetensors.index.json", "m.safetensors"), ("m-00001-of-00003.safetensors", "m.safetensors"),
      ("m.safetensors.index.json", "m-00002-of-00003.safetensors"),
    ] {
      let error = #expect(throws: ConversionError.self) {
        try Converter(options: options(90)).convert(directory.file(input), to: directory.file(output))
      }
      guard case .outputIsSource = error?.reason else { throw error ?? .init(.listDiffers(nil), file: output) }
    }
    #expect(try directory.entries() == before)
    // A smaller copy under another name says nothing of the old index.
    _ = try Converter(options: options(nil)).convert(
      directory.file("m.safetensors.index.json"), to: directory.file("n.safetensors"))
    #expect(try TensorFile.open(directory.file("n.safetensors")).metadata["total_size"] == nil)
  }

  @Test("A Keras archive becomes safetensors and an archive again")
  func keras() throws {
    let archive = Fixture.path("keras/archives/sequential.keras")
    _ = try Converter(options: options(nil)).convert(archive, to: directory.file("a.safetensors"))
    _ = try Converter(options: options(nil)).convert(directory.file("a.safetensors"), to: directory.file("b.keras"))
    let found = try TensorFile.open(directory.file("b.keras"))
    #expect(try SourceComparison(TensorFile.open(archive), found).isEqual)
    #expect(IntegrityReport(checking: found).isSound)
    #expect(found.metadata["keras.name"] == "net" && found.metadata["keras_version"] == "3.15.1")
    #expect(throws: (any Error).self) {
      try Converter(options: options(nil)).convert(source(), to: directory.file("c.keras"))
    }
    #expect(try directory.entries() == ["a.safetensors", "b.keras"])
  }
}
