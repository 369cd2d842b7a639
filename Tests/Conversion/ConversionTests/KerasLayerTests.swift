import Files
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion
@testable import WeightFiles

@Suite("Layers of Keras in the files that Decant writes")
struct KerasLayerTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// What Keras finds in a file, in its order: the layer, the weight and its elements. The weights of the model itself and of its optimizer
  /// are in groups of their own.
  private func weights(of path: String) throws -> [String] {
    let reader = try HDF5LibraryReader(path: path, fileByteCount: InputFile(path: path).byteCount)
    let places = reader.kerasWeights()
    let source = try HDF5File(inThisProcess: path)
    let datasets = Dictionary(uniqueKeysWithValues: try reader.contents().datasets.map { (Array($0.path.utf8), $0) })
    return try places.sorted { $0.value.order < $1.value.order }.map { path, place in
      let dataset = try #require(datasets[path])
      let descriptor = try source.requireDescriptor(named: dataset.name)
      return "\(place.group) \(dataset.shape.dimensions) \(try source.readAll(descriptor))"
    }
  }

  private func convert(_ path: String, to name: String, _ change: (inout ConversionOptions) -> Void = { _ in }) throws
    -> String
  {
    let output = directory.file(name)
    var options = ConversionOptions()
    options.sink.replacesExisting = true
    change(&options)
    _ = try Converter(options: options).convert(TensorFile.open(path), to: output)
    return output
  }

  @Test(
    "A file of Keras is one again, also by way of safetensors", arguments: ["weights-2.2", "chunked-2.2", "model-3"])
  func files(name: String) throws {
    let original = Fixture.path("keras/\(name).h5")
    let expected = try weights(of: original)
    #expect(expected.count > 3)
    let direct = try convert(original, to: "direct.h5")
    #expect(try weights(of: direct) == expected)
    #expect(try HDF5File(path: direct).descriptors.map(\.name) == HDF5File(path: original).descriptors.map(\.name))
    let between = try convert(original, to: "between.safetensors")
    #expect(try weights(of: convert(between, to: "indirect.h5")) == expected)
    // The second file has its layers from the metadata of the first.
    #expect(try weights(of: convert(direct, to: "again.h5")) == expected)
  }

  @Test("The version of Keras is where Keras looks for it")
  func version() throws {
    let written = try convert(Fixture.path("keras/model-3.h5"), to: "a.h5")
    let metadata = try HDF5File(path: written).metadata
    #expect(metadata["model_config"] != nil && metadata["keras_version"] == "3.15.1")
    let reader = try HDF5LibraryReader(path: written, fileByteCount: InputFile(path: written).byteCount)
    #expect(reader.attribute("keras_version", of: "model_weights") == "3.15.1")
    let plain = try convert(Fixture.path("keras/exports/sequential-2"), to: "b.h5")
    #expect(try HDF5File(path: plain).metadata["keras_version"] == "2.0.0")
  }

  @Test(
    "The layers of an object graph become those of a file",
    arguments: [
      ("keras/exports/sequential-2", ["fc", "fc", "dense", "dense"]),
      (
        "keras/exports/subclassed-checkpoint",
        [String](repeating: "one", count: 4) + [String](repeating: "two", count: 4) + ["end", "end"]
      ),
      (
        "checkpoints/tf2-keras/ckpt-1",
        [String](repeating: "lstm", count: 3) + [String](repeating: "norm", count: 4) + ["scores", "scores"]
      ),
    ])
  func objectGraph(name: String, layers: [String]) throws {
    let written = try convert(Fixture.path(name), to: "a.h5")
    let found = try weights(of: written)
    #expect(found.count == layers.count)
    let groups = found.map { $0.prefix { $0 != " " } }
    // As many layers, with as many weights each.
    #expect(zip(groups, groups.dropFirst()).map { $0 == $1 } == zip(layers, layers.dropFirst()).map { $0 == $1 })
    let source = try TensorFile.open(Fixture.path(name))
    #expect(
      try TensorFile.open(written).descriptors.map(\.name)
        == source.descriptors.map(\.name))
  }

  @Test("Layers and weights of an object graph are in the order of the program")
  func order() throws {
    let source = try TensorFile.open(Fixture.path("checkpoints/tf2-keras/ckpt-1"))
    let weights = source.descriptors.flatMap { source.origin(of: $0)?.kerasWeights ?? [] }
    #expect(
      weights.sorted { $0.order < $1.order }.map { "\($0.group) \($0.name)" } == [
        "lstm sequential/lstm/lstm_cell/kernel:0", "lstm sequential/lstm/lstm_cell/recurrent_kernel:0",
        "lstm sequential/lstm/lstm_cell/bias:0", "norm sequential/norm/gamma:0", "norm sequential/norm/beta:0",
        "norm sequential/norm/moving_mean:0", "norm sequential/norm/moving_variance:0",
        "scores sequential/scores/kernel:0", "scores sequential/scores/bias:0",
      ])
  }

  @Test(
    "An archive's layers are those of its description", arguments: ["sequential", "nested", "nested-2", "own-model"])
  func archive(name: String) throws {
    let path = Fixture.path("keras/archives/\(name).keras")
    let source = try KerasArchive.open(path)
    let places = source.descriptors.flatMap { source.origin(of: $0)?.kerasWeights ?? [] }
    guard name != "own-model" else { return #expect(places.isEmpty) }
    let written = try convert(path, to: "a.h5")
    let found = try weights(of: written)
    #expect(found.count == places.count && !found.isEmpty)
    #expect(try TensorFile.open(written).descriptors.map(\.name) == source.descriptors.map(\.name))
  }

  @Test("Tensors that are left out, renamed or joined by another framework's layout leave the list")
  func changes() throws {
    let path = Fixture.path("keras/weights-2.2.h5")
    let source = try TensorFile.open(path)
    let first = try #require(source.descriptors.first)
    let written = try convert(path, to: "a.safetensors") { options in
      options.drop = "^\(first.name)$"
    }
    let groups = KerasLayerList.groups(in: try TensorFile.open(written).metadata)
    let tensors = groups.flatMap { $0.weights.map(\.tensor) }
    #expect(!tensors.contains(first.name) && tensors.count == source.descriptors.count - 1)
  }

  @Test("A name that Keras 3 reads by its own layout is refused where only layers are known")
  func weightsFile() throws {
    #expect(throws: ConversionError.self) { try convert(Fixture.path("keras/weights-2.2.h5"), to: "a.weights.h5") }
    _ = try convert(Fixture.path("keras/archives/sequential.keras"), to: "b.weights.h5")
    #expect(try directory.entries() == ["b.weights.h5"])
  }

  @Test("A text that is no list of layers is passed over")
  func badText() {
    for text in ["", "{}", "[1]", "[{\"name\":1}]", "[{\"name\":\"a\",\"weights\":{}}]", "[] []"] {
      #expect(KerasLayerList.groups(in: [KerasLayerList.key: text]).isEmpty)
    }
    let group = LayerGroup(name: "a\"b", weights: [.init(name: "x", tensor: "y\n")], isListed: false)
    #expect(KerasLayerList.groups(in: [KerasLayerList.key: KerasLayerList.text(of: [group])]) == [group])
  }
}
