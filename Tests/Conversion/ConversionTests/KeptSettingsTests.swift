import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion
@testable import WeightFiles

@Suite("What a format says about a model besides its tensors, when the output has the same format")
struct KeptSettingsTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func convert(_ path: String, to name: String, drop: String? = nil) throws -> ConversionReport {
    var options = ConversionOptions()
    options.names = .keep
    options.drop = drop
    options.sink.replacesExisting = true
    return try Converter(options: options).convert(path, to: directory.file(name))
  }

  private func types(_ path: String) throws -> [String: String] {
    let model = try #require(try TensorFile.open(path) as? IndexedFile)
    return model.metadata.filter { !$0.key.hasPrefix("decant.") && $0.key != "general.name" }
  }

  @Test("Settings of GGUF stay, in one file, in parts and in big-endian files")
  func gguf() throws {
    for name in ["values", "split-00002-of-00003", "big-endian", "aligned-64"] {
      let path = Fixture.path("gguf/\(name).gguf")
      let report = try convert(path, to: "a.gguf")
      #expect(report.notes.isEmpty && report.metadata["decant.byte_order"] == nil)
      #expect(try types(directory.file("a.gguf")) == types(path))
      let kept = try #require(try TensorFile.open(directory.file("a.gguf")) as? IndexedFile).keyValues
      let number = kept?.unchanged("of.uint16", report.metadata["of.uint16"] ?? "")
      #expect((number != nil) == (name == "values" || name == "big-endian"))
    }
  }

  @Test("Long arrays of GGUF that another format leaves out are noted")
  func longArrays() throws {
    try directory.write(GGUFVocabulary.bytes, to: "m.gguf")
    let report = try convert(directory.file("m.gguf"), to: "a.safetensors")
    #expect(report.notes.flatMap(\.rows) == ["tokenizer.ggml.tokens"])
    #expect(ConversionText.report(report).text.contains("only .gguf keeps them: 1\n  tokenizer.ggml.tokens"))
    #expect(try ConversionDocument(report).json().text.contains("tokenizer.ggml.tokens"))
    #expect(try convert(directory.file("m.gguf"), to: "b.gguf").notes.isEmpty)
    // The words that Decant stores for other programs are in its own metadata too.
    let words = "[" + (0..<300).map { "\"w\($0)\"" }.joined(separator: ",") + "]"
    let source = InMemoryTensorSource([try .init("a", .float32, [2], seed: 1)], metadata: ["decant.vocabulary": words])
    try source.write(to: GGUFWriter(path: directory.file("w.gguf"))).commit()
    #expect(try convert(directory.file("w.gguf"), to: "w.safetensors").notes.isEmpty)
  }

  @Test("Attributes of HDF5 that are not written again are noted, and those of Decant and Keras are not")
  func attributes() throws {
    let source = InMemoryTensorSource(
      [try .init("g/w", .float32, [2], seed: 1), try .init("50%", .int4, [2], seed: 2)], metadata: ["a": "b"])
    try source.write(to: HDF5Writer(path: directory.file("own.h5"))).commit()
    let own = try TensorFile.open(directory.file("own.h5"))
    #expect(own.descriptors.count == 2 && TensorFile.otherAttributes(of: own).isEmpty)
    var other = HDF5OtherAttributes()
    other.add(["unit", "decant.name", "weight_names0", "name"], of: "g/w")
    other.add(["n"], of: "")
    #expect(other.texts == ["unit of g/w", "n of /"])
    other.add([String](repeating: "x", count: HDF5OtherAttributes.maximumCount), of: "g")
    #expect(other.isFull && other.texts.count == HDF5OtherAttributes.maximumCount)
  }

  /// The members besides the weights and the metadata, with sorted keys.
  private func members(_ path: String) throws -> String {
    let data = try Data(contentsOf: URL(filePath: path))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let members = object.filter { $0.key != "weightsManifest" && $0.key != "userDefinedMetadata" }
    let sorted = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
    return String(decoding: sorted, as: UTF8.self)
  }

  @Test("The network of a TensorFlow.js model stays if every tensor does", arguments: ["layers", "graph"])
  func network(name: String) throws {
    let path = Fixture.path("tfjs/\(name)/model.json")
    let report = try convert(path, to: "model.json")
    #expect(report.notes.isEmpty)
    #expect(try members(directory.file("model.json")) == members(path))
    let first = try #require(report.descriptors.first?.name)
    let less = try convert(path, to: "less.json", drop: "^\(first)$")
    #expect(try members(directory.file("less.json")) == "{}")
    #expect(less.notes.flatMap(\.rows).contains("modelTopology"))
  }
}
