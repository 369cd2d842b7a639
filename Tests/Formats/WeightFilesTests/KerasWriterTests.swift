import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Keras archives that Decant writes")
struct KerasWriterTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func write(
    _ source: any TensorSource, to sink: any TensorSink, metadata: [String: String]? = nil,
    dropping dropped: String? = nil
  ) throws {
    let descriptors = source.descriptors.filter { $0.name != dropped }
    let body = try sink.begin(SinkContents(descriptors, metadata: metadata ?? source.metadata))
    for descriptor in descriptors {
      let bytes = try source.readAll(descriptor)
      try body.write(bytes.rawSpan)
    }
    try body.finish(metadata: nil).commit()
  }

  private func archive(_ name: String) throws -> any TensorSource {
    try KerasArchive.open(Fixture.path("keras/archives/\(name).keras"))
  }

  private func expectSame(_ source: any TensorSource, _ expected: any TensorSource) throws {
    #expect(source.descriptors.map(\.name) == expected.descriptors.map(\.name))
    for (found, descriptor) in zip(source.descriptors, expected.descriptors) {
      #expect(found.dtype == descriptor.dtype && found.shape == descriptor.shape)
      #expect(try source.readAll(found) == expected.readAll(descriptor))
    }
  }

  @Test(
    "An archive that becomes safetensors and an archive again is the same model",
    arguments: ["layers", "layers-2", "nested", "nested-2", "sequential", "own-model", "own-layer"])
  func roundTrip(name: String) throws {
    let source = try archive(name)
    try write(source, to: SafetensorsWriter(path: directory.file("a.safetensors")))
    let between = try SafetensorsFile(path: directory.file("a.safetensors"))
    try write(between, to: KerasArchiveWriter(path: directory.file("a.keras")))
    let written = try KerasArchive.open(directory.file("a.keras"))
    try expectSame(written, source)
    #expect(written.metadata == source.metadata && written.problems.isEmpty)
    #expect(try directory.entries() == ["a.keras", "a.safetensors"])
    func paths(_ source: any TensorSource) -> [String?] { source.descriptors.map { source.origin(of: $0)?.path } }
    #expect(paths(written) == paths(source))
    try write(between, to: HDF5Writer(path: directory.file("a.weights.h5"), isForKeras: true))
    try expectSame(HDF5File(path: directory.file("a.weights.h5")), source)
  }

  @Test("Metadata that Decant adds is kept with the weights")
  func metadata() throws {
    let source = try archive("own-model")
    let metadata = source.metadata.merging(["decant.x": "1"]) { $1 }
    try write(source, to: KerasArchiveWriter(path: directory.file("a.keras")), metadata: metadata)
    #expect(try KerasArchive.open(directory.file("a.keras")).metadata == metadata)
  }

  @Test("What is not the described model is refused with the reason")
  func refusals() throws {
    let source = try archive("sequential")
    func refusal(_ source: any TensorSource, _ metadata: [String: String], dropping: String? = nil) throws -> String {
      let sink = try KerasArchiveWriter(path: directory.file("b.keras"))
      let error = #expect(throws: WeightFileError.self) {
        try write(source, to: sink, metadata: metadata, dropping: dropping)
      }
      return error?.message.text ?? ""
    }
    #expect(try refusal(source, [:]).contains("needs the description of the model"))
    #expect(try refusal(source, ["keras.config": "{"]).contains("is not the description of a model"))
    #expect(
      try refusal(source, source.metadata.merging(["keras.assets": "assets/words.txt"]) { $1 }).contains(
        "assets/words.txt"))
    let text = try refusal(source, source.metadata, dropping: "net/bn/gamma")
    #expect(text.contains("tensor 'net/bn/gamma': the model has this variable"))
    let other = InMemoryTensorSource([try .init("net/bn/other", .float32, [2], seed: 1)])
    #expect(try refusal(other, source.metadata).contains("has no variable of this name"))
    let narrow = InMemoryTensorSource([try .init("net/bn/gamma", .bfloat16, [2], seed: 1)])
    #expect(try refusal(narrow, source.metadata).contains("Keras cannot load bfloat16"))
    #expect(try directory.entries().isEmpty)
  }

  @Test("A weight file without a described model is an ordinary HDF5 file")
  func plain() throws {
    let source = InMemoryTensorSource([try .init("a/b", .bfloat16, [2], seed: 1)])
    try write(source, to: HDF5Writer(path: directory.file("a.weights.h5"), isForKeras: true))
    try expectSame(HDF5File(path: directory.file("a.weights.h5")), source)
  }
}
