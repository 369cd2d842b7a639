import Comparison
import Files
import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

/// Small checkpoints of the original programs, converted to each library and back.
@Suite("Names of libraries")
struct LibraryNamesTests {
  static let checkpoints: [(name: String, file: String)] = {
    let folder = Fixture.path("packs/checkpoints")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { name in
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
      return files.first { $0.hasSuffix(".index") }.map { (name, "\(folder)/\(name)/\($0.dropLast(6))") }
    }
  }()

  private static func options(_ library: String, isForced: Bool = false) -> ConversionOptions {
    var options = ConversionOptions()
    options.library = LibraryNames(library)
    options.library?.acceptsMisfits = isForced
    return options
  }

  @Test("there is a checkpoint for every family")
  func families() throws {
    let families = try Self.checkpoints.compactMap {
      ModelFamily.find(in: try TensorFile.open($0.file).descriptors)?.family
    }
    #expect(families.count == Self.checkpoints.count)
    #expect(
      Set(families).isSuperset(of: ["bert", "albert", "electra", "gpt2", "t5", "vgg", "mobilenet_v1", "efficientnet"]))
  }

  @Test(
    "a checkpoint converted to every library with the same network, verified, and back bit for bit",
    arguments: checkpoints.map(\.name))
  func thereAndBack(name: String) throws {
    let path = try #require(Self.checkpoints.first { $0.name == name }).file
    let source = try TensorFile.open(path)
    let family = try #require(ModelFamily.find(in: source.descriptors))
    let directory = try TemporaryDirectory()
    for library in family.targets {
      let there = directory.file("\(library)\(library == "keras" ? ".h5" : ".safetensors")")
      let report = try Converter(options: Self.options(library)).convert(path, to: there)
      let mapping = try #require(report.plan.mapping)
      #expect(mapping.problems == [])
      #expect(report.metadata["decant.names"] == library)
      // As `verify` compares it.
      let expected = try ConvertedSource(source, options: Self.options(library))
      if library != "keras" { #expect(try SourceComparison(expected, TensorFile.open(there)).isEqual) }
      let back = directory.file("\(library)-back.safetensors")
      let returned = try Converter(options: Self.options("tensorflow")).convert(there, to: back)
      let lost = Set(report.skipped.map(\.name))
      // A spelling of mesh-tensorflow that is read, and never written.
      func written(_ tensor: String) -> String {
        guard name == "t5-training" else { return tensor }
        return tensor.replacing("coder/rms_norm/", with: "coder/final_layer_norm/").replacing(
          "/rms_norm/", with: "/layer_norm/")
      }
      let wanted = try DerivedSource(
        source,
        tensors: source.descriptors.filter { !lost.contains($0.name) }.map { (written($0.name), .stored($0.name)) })
      #expect(returned.descriptors.map(\.name) == wanted.descriptors.map(\.name), "\(library)")
      #expect(try SourceComparison(wanted, TensorFile.open(back)).isEqual, "\(library)")
    }
  }

  @Test("a class that a person names takes its own network of a checkpoint, there and back")
  func chosenClass() throws {
    let path = try #require(Self.checkpoints.first { $0.name == "electra" }).file
    let directory = try TemporaryDirectory()
    let there = directory.file("generator.safetensors")
    let report = try Converter(options: Self.options("transformers:ElectraForMaskedLM")).convert(path, to: there)
    #expect(report.plan.mapping?.recognition.variant == "generator")
    #expect(report.descriptors.contains { $0.name == "generator_lm_head.weight" })
    let back = try Converter(options: Self.options("tensorflow")).convert(there, to: directory.file("back.safetensors"))
    let source = try TensorFile.open(path)
    let returned = try TensorFile.open(directory.file("back.safetensors"))
    #expect(back.descriptors.contains { $0.name == "generator_predictions/output_bias" })
    for descriptor in returned.descriptors {
      #expect(try returned.readAll(descriptor) == source.readAll(source.requireDescriptor(named: descriptor.name)))
    }
  }

  @Test("a network that computes something else is refused, and written if a person insists")
  func anotherNetwork() throws {
    let path = try #require(Self.checkpoints.first { $0.name == "resnet_v1" }).file
    let directory = try TemporaryDirectory()
    let error = #expect(throws: ModelPackError.self) {
      try Converter(options: Self.options("torchvision")).convert(path, to: directory.file("out.safetensors"))
    }
    #expect(error?.message.text.contains("computes something else") == true)
    #expect(!FileManager.default.fileExists(atPath: directory.file("out.safetensors")))
    let report = try Converter(options: Self.options("torchvision", isForced: true)).convert(
      path, to: directory.file("out.safetensors"))
    #expect(report.descriptors.contains { $0.name == "layer1.0.conv1.weight" })
  }

  @Test("a directory has the weights, the configuration and the tokenizer's files")
  func directory() throws {
    let path = try #require(Self.checkpoints.first { $0.name == "bert" }).file
    let directory = try TemporaryDirectory()
    let result = try Converter(options: Self.options("transformers")).convert(path, toDirectory: directory.file("bert"))
    #expect(result.report.outputPath == directory.file("bert/model.safetensors"))
    let config = try JSONSerialization.jsonObject(with: Data(Fixture.bytes(at: directory.file("bert/config.json"))))
    let members = try #require(config as? [String: Any])
    #expect(members["model_type"] as? String == "bert")
    #expect(members["architectures"] as? [String] == ["BertForPreTraining"])
    let hidden = try TensorFile.open(path).requireDescriptor(named: "bert/embeddings/LayerNorm/beta").shape.dimensions[
      0]
    #expect(members["hidden_size"] as? Int == hidden)
    let vocabulary = try Fixture.bytes(at: directory.file("bert/vocab.txt"))
    #expect(try vocabulary == Fixture.bytes("packs/checkpoints/bert/vocab.txt"))
    // Nothing is replaced.
    #expect(throws: FileError.self) {
      try Converter(options: Self.options("transformers")).convert(path, toDirectory: directory.file("bert"))
    }
  }

  @Test("a configuration of another model is refused, and no directory is left")
  func otherConfiguration() throws {
    let directory = try TemporaryDirectory()
    let source = Fixture.path("packs/checkpoints/bert")
    for name in try FileManager.default.contentsOfDirectory(atPath: source) {
      try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: directory.file(name))
    }
    let config = directory.file("bert_config.json")
    let text = String(decoding: try Fixture.bytes(at: config), as: UTF8.self)
    try Data(text.replacing(/"hidden_size": *\d+/, with: "\"hidden_size\": 77").utf8).write(to: URL(filePath: config))
    let path = try #require(Self.checkpoints.first { $0.name == "bert" }).file.split(separator: "/").last.map(
      String.init)
    let error = #expect(throws: ModelPackError.self) {
      try Converter(options: Self.options("transformers")).convert(
        directory.file(path ?? ""), toDirectory: directory.file("out"))
    }
    #expect(error?.message.text.contains("the configuration says hidden_size 77") == true)
    #expect(!FileManager.default.fileExists(atPath: directory.file("out")))
    for broken in ["", "[1]", "{\"hidden_size\": }", "{"] {
      try Data(broken.utf8).write(to: URL(filePath: config))
      #expect(throws: ModelPackError.self) {
        try Converter(options: Self.options("transformers")).convert(
          directory.file(path ?? ""), toDirectory: directory.file("out"))
      }
    }
  }

  @Test("im2txt has the library's names by its own schemes")
  func captioning() throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("scenes/model.ckpt-4222")
    let first = try Converter(options: Self.options("torchvision")).convert(path, to: directory.file("a.safetensors"))
    var options = ConversionOptions()
    options.names = .pytorch
    let second = try Converter(options: options).convert(path, to: directory.file("b.safetensors"))
    #expect(first.descriptors.map(\.name) == second.descriptors.map(\.name))
    #expect(first.plan.mapping == nil)
  }

  @Test("a model that no pack knows is refused")
  func unknown() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: ModelPackError.self) {
      try Converter(options: Self.options("timm")).convert(
        Fixture.path("checkpoints/v2-lstm-matrix/model.ckpt-3"), to: directory.file("out.safetensors"))
    }
    #expect(LibraryNames("caffe") == nil)
    #expect(LibraryNames("transformers:NoSuchClass") == nil)
    #expect(LibraryNames("transformers:BertModel")?.choice == "BertModel")
  }
}

@Suite("Merging sources")
struct MergedSourceTests {
  @Test("tensors of several sources are one source, and a name twice is refused")
  func merge() throws {
    let first = InMemoryTensorSource([try .init("a", .float32, [2], seed: 1), try .init("c", .int8, [3], seed: 2)])
    let second = InMemoryTensorSource([try .init("b", .float32, [4], seed: 3), try .init("s", texts: ["x"])])
    let merged = try MergedSource([first, second])
    #expect(merged.descriptors.map(\.name) == ["a", "b", "c", "s"])
    #expect(
      try merged.readAll(merged.requireDescriptor(named: "b")) == second.readAll(second.requireDescriptor(named: "b")))
    #expect(try merged.readStrings(merged.requireDescriptor(named: "s")) == [Array("x".utf8)])
    #expect(throws: NameCollision.self) { try MergedSource([first, second, first]) }
    #expect(try first.without { $0 == "a" }.descriptors.map(\.name) == ["c"])
  }
}
