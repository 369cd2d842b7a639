import Foundation
import Messages
import TensorFiles
import Tensors
import Testing
import TestSupport
import WeightFiles

/// A directory that is no checkpoint, and what is said of it.
private struct DirectoryCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// Files by name; empty ones unless `copies` has them.
  var files: [String] = []
  /// Fixtures to copy, by the name that they get.
  var copies: [String: String] = [:]
  let says: [String]
  var testDescription: String { name }

  static let all = [
    DirectoryCase(
      name: "two HDF5 files", copies: ["b.h5": "keras/model-3.h5", "a.h5": "keras/weights-2.2.h5"],
      says: ["2 HDF5 files: a.h5 and b.h5", "Name one of them: ", "/a.h5"]),
    DirectoryCase(
      name: "shards with an index, and other weights",
      files: [
        "model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors", "model.safetensors.index.json",
        "old.npz",
      ],
      says: ["2 models: the shards of model.safetensors.index.json and old.npz", "Name one of them: ", "/old.npz"]),
    DirectoryCase(
      name: "a model beside the shards of an older one",
      files: ["model-00001-of-00001.safetensors", "model.safetensors", "model.safetensors.index.json"],
      says: ["2 models: the shards of model.safetensors.index.json and model.safetensors", "Name one of them: "]),
    DirectoryCase(
      name: "weights of several formats", files: ["a.npz", "model.safetensors", "tf_model.h5"],
      says: ["1 NumPy archive, 1 safetensors file and 1 HDF5 file"]),
    DirectoryCase(
      name: "an index of shards alone", files: ["model.safetensors.index.json"],
      says: ["lists the shards of a model, but none of the shards"]),
    DirectoryCase(
      name: "several exports of a model", files: ["m.keras", "a.tflite", "m.onnx", "flax_model.msgpack", "m.pth"],
      says: ["1 TensorFlow Lite model", "1 ONNX model", "1 Keras archive", "1 Flax file", "1 PyTorch file"]),
    DirectoryCase(
      name: "Orbax", files: ["_METADATA", "manifest.ocdbt", "d/0"], says: ["Orbax checkpoint", "restore"]),
    DirectoryCase(
      name: "only a graph", files: ["model.ckpt-3.meta"],
      says: ["a graph but no checkpoint: model.ckpt-3.meta", "model.ckpt-3.index"]),
    DirectoryCase(
      name: "only data", files: ["m.data-00000-of-00002", "m.data-00001-of-00002"],
      says: [
        "a checkpoint's data files, but not its index: m.data-00000-of-00002 and m.data-00001-of-00002", "Copy m.index",
      ]),
    DirectoryCase(
      name: "settings and words alone", files: ["config.json", "tokenizer.json", "labels.txt"],
      says: ["no weights, only 1 settings file, 1 list of labels and 1 tokenizer file"]),
    DirectoryCase(
      name: "two PyTorch files under a checkpoint's ending",
      copies: ["sd.ckpt": "foreign/plain.pt", "old.pth.tar": "foreign/old.pth"],
      says: ["2 PyTorch files: old.pth.tar and sd.ckpt", "Name one of them: "]),
    DirectoryCase(
      name: "a Git LFS pointer", copies: ["model.ckpt-7": "checkpoints/bad/v1-lfs-pointer/model.ckpt"],
      says: ["model.ckpt-7 is something else", "git lfs pull"]),
    DirectoryCase(
      name: "a file of weights without an ending", copies: ["weights": "keras/model-3.h5"],
      says: ["It is an HDF5 file. Name it: ", "/weights"]),
    DirectoryCase(
      name: "a compiled Core ML model", files: ["m.mlmodelc/coremldata.bin", "m.mlmodelc/model.mil"],
      says: ["holds m.mlmodelc, a compiled Core ML model", "Name the .mlmodel or .mlpackage"]),
    DirectoryCase(
      name: "the directory of a compiled Core ML model", files: ["coremldata.bin", "weights/weight.bin"],
      says: ["is a compiled Core ML model", "Name the .mlmodel or .mlpackage"]),
    DirectoryCase(name: "pictures", files: ["a.jpg", "b.webp"], says: ["2 pictures but no checkpoint"]),
    DirectoryCase(
      name: "models in directories below", files: ["b/saved_model.pb", "a/x/model.safetensors", "c/notes.txt"],
      says: ["models in 2 directories: a and b", "Name one of them: ", "/a"]),
    DirectoryCase(
      name: "versions of a server", files: ["2/saved_model.pb", "10/saved_model.pb", "9/saved_model.pbtxt"],
      says: ["3 versions of a SavedModel: 2, 9 and 10", "uses the highest", "/10"]),
    DirectoryCase(
      name: "a name with an escape sequence", files: ["a\u{1b}[31m.h5", "b.h5"], says: ["a\\u{1b}[31m.h5"]),
  ]
}

@Suite("Directories that are no checkpoint")
struct DirectoryTests {
  @Test("are explained by what is in them", arguments: DirectoryCase.all)
  fileprivate func explained(sample: DirectoryCase) throws {
    let scratch = try TemporaryDirectory()
    for name in sample.files { try scratch.write([], to: name) }
    for (name, fixture) in sample.copies { try scratch.write(Fixture.bytes(fixture), to: name) }
    let error = try #require(throws: (any Error).self) { try TensorFile.open(scratch.path) }
    #expect((error as? any DecantError)?.category == .noInput)
    for part in sample.says { #expect("\(error)".contains(part), "\(error)") }
    #expect(!"\(error)".contains("holds no checkpoint."))
    #expect(!"\(error)".contains("\u{1b}"))
  }

  @Test("stand for the only weight file in them, words and settings beside it")
  func onlyFile() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Fixture.bytes("keras/model-3.weights.h5"), to: "model.weights.h5")
    for name in ["config.json", "vocab.txt", "training_args.bin"] { try scratch.write([], to: name) }
    #expect(try TensorFile.open(scratch.path).format == TensorFile.open(scratch.file("model.weights.h5")).format)
  }

  @Test(
    "stand for the only PyTorch file in them, whatever its name",
    arguments: [
      ("epoch=1-step=10.ckpt", "pytorch/current.pth"), ("last.ckpt", "pytorch/legacy.pth"),
      ("old.ckpt", "pytorch/plain-pickle-2.pkl"), ("model_best.pth.tar", "pytorch/current.pth"),
      ("2016.pth.tar", "pytorch/tar.pth"), ("checkpoint-5000", "pytorch/current.pth"), ("m.th", "pytorch/legacy.pth"),
    ])
  func onlyPyTorch(name: String, fixture: String) throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Fixture.bytes(fixture), to: name)
    try scratch.write([0x80, 2, 0x7d, 0x2e], to: "optimizer.pt")
    try scratch.write(Array("{}".utf8), to: "config.json")
    let expected = try TensorFile.open(scratch.file(name)).descriptors
    #expect(!expected.isEmpty)
    #expect(try TensorFile.open(scratch.path).descriptors == expected)
  }

  @Test("stand for the weights beside Keras' description of the model, which itself says where they are")
  func kerasArchitecture() throws {
    let scratch = try TemporaryDirectory()
    let json = #"{"class_name": "Sequential", "config": {"name": "m"}, "keras_version": "2.15.0", "backend": "jax"}"#
    try scratch.write(Array(json.utf8), to: "model.json")
    let alone = try #require(throws: (any Error).self) { try TensorFile.open(scratch.path) }
    #expect("\(alone)".contains("no weights, only 1 Keras model architecture: model.json"), "\(alone)")
    try scratch.write(Fixture.bytes("keras/weights-2.2.h5"), to: "model.h5")
    let expected = try TensorFile.open(scratch.file("model.h5")).descriptors
    #expect(try TensorFile.open(scratch.path).descriptors == expected)
    try scratch.write(Array(json.utf8), to: "net.json")
    for name in ["model.json", "net.json"] {
      let error = try #require(throws: (any Error).self) { try TensorFile.open(scratch.file(name)) }
      #expect("\(error)".contains("is a Keras model architecture, not a weight file"), "\(error)")
      #expect("\(error)".contains("usually the .h5 beside it; name that"), "\(error)")
    }
  }

  @Test("stand for all their arrays of numpy; one that is not a tensor is a problem of its own")
  func arrays() throws {
    let scratch = try TemporaryDirectory()
    for (name, fixture) in [("b", "single"), ("a", "version-2")] {
      try scratch.write(Fixture.bytes("npz/\(fixture).npy"), to: "\(name).npy")
    }
    try scratch.write(Fixture.bytes("npz/single.npy").dropLast(), to: "short.npy")
    try scratch.write([1, 2, 3], to: "other.npy")
    let source = try TensorFile.open(scratch.path)
    #expect(source.descriptors.map(\.name) == ["a", "b"])
    #expect(source.files.map(\.name) == ["a.npy", "b.npy", "other.npy", "short.npy"])
    #expect(source.problems.map(\.tensor) == ["other", "short"])
    #expect(source.problems.allSatisfy { $0.severity == .incomplete })
    let expected = try TensorFile.open(scratch.file("b.npy"))
    #expect(try source.readAll(source.descriptors[1]) == expected.readAll(expected.descriptors[0]))
    #expect(source.descriptors[1].location?.file == 1)
  }

  @Test("A .bin whose content shows nothing is explained without advice about checkpoints")
  func bareNumbers() throws {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write((0..<200).map { UInt8($0) }, to: "weights.bin")
    #expect(throws: TensorFileError(.bareNumbers, file: path)) { try TensorFile.open(path) }
  }

  @Test("stand for the only version of a SavedModel")
  func onlyVersion() throws {
    let scratch = try TemporaryDirectory()
    for name in ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"] {
      try scratch.write(Fixture.bytes("saved-models/keras2/\(name)"), to: "1546300800/\(name)")
    }
    #expect(try TensorFile.open(scratch.path).files.count == 2)
    #expect(TensorFile.graphPath(of: scratch.path) == scratch.file("1546300800/saved_model.pb"))
  }

  @Test("of many files are explained in linear time")
  func manyFiles() throws {
    let scratch = try TemporaryDirectory(inMemory: true)
    for number in 0..<12_000 {
      _ = FileManager.default.createFile(atPath: scratch.file("\(number).safetensors"), contents: nil)
    }
    let start = ContinuousClock.now
    let error = try #require(throws: (any Error).self) { try TensorFile.open(scratch.path) }
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect("\(error)".contains("12000 safetensors files") && "\(error)".contains("and 11,995 more"))
  }

  @Test(
    "A file of another program is named",
    arguments: [
      ("config.json", "a settings file"), ("m.pdparams", "a PaddlePaddle file"),
      ("init_net.pb", "a Caffe2 model"), ("squeeze_predict_net.pb", "a Caffe2 network"),
      ("vgg.caffemodel", "a Caffe model"), ("resnet-0000.params", "a parameter file of MXNet"),
      ("yolo.weights", "a Darknet weight file"), ("net.t7", "a Lua Torch file"),
      ("imagenet.mat", "a MATLAB file of before version 7.3"), ("m.engine", "a model compiled for TensorRT"),
      ("labels.txt", "a list of labels"), ("fingerprint.pb", "a fingerprint of a SavedModel"),
      ("keras_metadata.pb", "a description that Keras keeps"),
      ("tokenizer.json", "a tokenizer file"),
    ])
  func namedFile(name: String, says: String) throws {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(Array("{\"a\": 1}".utf8), to: name)
    let error = try #require(throws: TensorFileError.self) { try TensorFile.open(path) }
    #expect("\(error)".contains("is \(says)"), "\(error)")
    #expect(error.category == .badData)
  }

  @Test("A PyTorch archive is known by its content, a label map is not a graph")
  func content() throws {
    #expect(try TensorFile.open(Fixture.path("foreign/plain.pt")).descriptors.map(\.name) == ["fc.bias", "fc.weight"])
    let scratch = try TemporaryDirectory()
    let labels = try scratch.write(Array("# labels\nitem {\n  id: 1\n}\n".utf8), to: "map.pbtxt")
    let error = try #require(throws: TensorFileError.self) { try TensorFile.open(labels) }
    #expect("\(error)".contains("is a label map, not a weight file"))
    let graph = Fixture.path("saved-models/tf1-text-graphs/graph.pbtxt")
    #expect("\(try #require(throws: (any Error).self) { try TensorFile.open(graph) })".contains("graph in text format"))
  }
}
