import Conversion
import Foundation
import TensorFiles
import Tensors
import TestSupport

extension DamageFixture {
  /// Models in several files.
  static let shards: [DamageFixture] = [
    // Neither an index nor safetensors files of other programs have checksums.
    DamageFixture("index of shards", in: folder, [index, shard(1), shard(2), shard(3)], isProved: false),
    DamageFixture("shard", in: folder, [shard(2), index, shard(1), shard(3)], open: index, isProved: false),
    converted("a.safetensors.index.json"), converted("a-00002-of-00002.safetensors"),
  ]

  /// Keras archives: the damage to a description of the model leaves variables without names of their own.
  static let keras: [DamageFixture] = [
    DamageFixture("Keras archive", in: "keras/archives", ["own-model.keras"], isProved: false)
  ]

  private static let folder = "shards/safetensors"
  private static let index = "model.safetensors.index.json"
  private static func shard(_ number: Int) -> String { "model-0000\(number)-of-00003.safetensors" }

  private static func converted(_ damaged: String) -> DamageFixture {
    DamageFixture(
      title: "converted to shards", damaged: damaged,
      files: {
        let directory = try TemporaryDirectory()
        var options = ConversionOptions()
        options.sink.maximumShardByteCount = 40
        let source = InMemoryTensorSource([
          try .init("a", .float32, [8], seed: 1), try .init("b", .float32, [2], seed: 2),
          try .init("c", .int64, [3], seed: 3),
        ])
        _ = try Converter(options: options).convert(source, to: directory.file("a.safetensors"))
        var files: Files = [:]
        for name in try directory.entries() { files[name] = try Fixture.bytes(at: directory.file(name)) }
        return files
      }, read: { try Observation(ofConverted: TensorFile.open("\($0)/a.safetensors.index.json")) })
  }
}
