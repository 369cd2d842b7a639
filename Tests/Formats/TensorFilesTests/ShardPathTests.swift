import Foundation
import TensorFiles
import Tensors
import Testing
import TestSupport

@Suite("Paths that mean a model in several files")
struct ShardPathTests {
  @Test(
    "The index, the directory and any shard open the same tensors",
    arguments: [
      ("safetensors", ["model.safetensors.index.json", "", "model-00002-of-00003.safetensors"]),
      ("pytorch", ["pytorch_model.bin.index.json", "", "pytorch_model-00003-of-00003.bin"]),
      ("keras", ["model.weights.json", "", "model_00001.weights.h5"]),
    ])
  func paths(folder: String, names: [String]) throws {
    let rows = try GoldenValues("shards/\(folder)/values.json").tensors
    for name in names {
      let source = try TensorFile.open(Fixture.path("shards/\(folder)/\(name)"))
      #expect(source.descriptors.map(\.name) == rows.map(\.name))
      for row in rows {
        #expect(
          try source.readAll(source.requireDescriptor(named: row.name)) == row.bytes.map { [UInt8]($0) }, "\(row.name)")
      }
    }
  }

  @Test("A directory of shards without an index is opened by its shards")
  func withoutIndex() throws {
    let directory = try TemporaryDirectory()
    for number in 1...3 {
      let name = "model-0000\(number)-of-00003.safetensors"
      try directory.write(Fixture.bytes("shards/safetensors/\(name)"), to: name)
    }
    #expect(try TensorFile.open(directory.path).descriptors.count == 28)
    try directory.write([], to: "other.h5")
    #expect(throws: (any Error).self) { try TensorFile.open(directory.path) }
  }
}
