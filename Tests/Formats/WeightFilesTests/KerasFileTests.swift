import Foundation
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Weight files of Keras")
struct KerasFileTests {
  struct Expected: Decodable {
    struct Weight: Decodable {
      let name: String
      let layer: String
      let shape: [Int]
      let bytes: Data
    }
    let weights: [Weight]
  }

  @Test(
    "Weights have Keras's own names, and their layers are known",
    arguments: ["weights-2.2", "chunked-2.2", "model-3"])
  func names(fixture: String) throws {
    let json = try Data(contentsOf: URL(filePath: Fixture.path("keras/\(fixture).json")))
    let expected = try JSONDecoder().decode(Expected.self, from: json).weights
    let file = try HDF5File(path: Fixture.path("keras/\(fixture).h5"))
    let weights = file.descriptors.filter { !$0.name.hasPrefix("optimizer_weights/") }
    #expect(weights.map(\.name) == expected.map(\.name).sorted())
    for weight in expected {
      let descriptor = try file.requireDescriptor(named: weight.name)
      #expect(descriptor.shape.dimensions == weight.shape)
      #expect(try file.readAll(descriptor) == [UInt8](weight.bytes))
      #expect(file.origin(of: descriptor)?.layer == weight.layer)
    }
    let step = file.descriptor(named: "optimizer_weights/adam/iteration")
    #expect((step == nil) == (fixture != "model-3"))
    #expect(file.metadata["backend"] == "tensorflow")
  }

  @Test("Paths of Keras 3 stay, and the attribute of their groups tells the layer")
  func variables() throws {
    let file = try HDF5File(path: Fixture.path("keras/model-3.weights.h5"))
    let kernel = try file.requireDescriptor(named: "layers/dense/vars/0")
    #expect(file.origin(of: kernel)?.layer == "scores")
    #expect(try file.origin(of: file.requireDescriptor(named: "optimizer/vars/3")) == nil)
    let expected = try HDF5File(path: Fixture.path("keras/model-3.h5"))
    #expect(
      try file.readAll(kernel) == expected.readAll(expected.requireDescriptor(named: "sequential/scores/kernel")))
  }
}
