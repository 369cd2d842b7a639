import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Key-values of GGUF models that are copied")
struct GGUFKeyValueTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// The bytes of each key-value, by its key, as a little-endian file has them.
  private func keyValues(_ path: String) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for keyValue in try GGUFHeader(InputFile(path: path)).keyValues {
      try keyValue.forEachPiece { piece in
        for index in 0..<piece.byteCount {
          // In range: the index is below the count.
          found[keyValue.key, default: []].append(unsafe piece.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
      }
      #expect(found[keyValue.key]?.count == keyValue.range.count)
    }
    return found
  }

  /// Writes the metadata of a model, and returns the path.
  private func copy(_ path: String, changing: [String: String] = [:]) throws -> String {
    let model = try #require(try GGUFFile.open(path) as? IndexedFile)
    let metadata = model.metadata.filter { !$0.key.hasPrefix("decant.") }.merging(changing) { $1 }
    let source = InMemoryTensorSource([try .init("a", .int8, [5], seed: 2)], metadata: metadata)
    let output = directory.file("copy.gguf")
    let writer = try GGUFWriter(path: output, replacesExisting: true, keyValues: #require(model.keyValues))
    try source.write(to: writer).commit()
    let back = try GGUFFile.open(output)
    #expect(back.metadata == metadata && back.problems.isEmpty)
    #expect(try back.readAll(back.descriptors[0]) == source.readAll(source.descriptors[0]))
    return output
  }

  @Test("Every value keeps its type and bytes", arguments: ["values", "version-2", "aligned-8", "aligned-256"])
  func types(name: String) throws {
    let path = Fixture.path("gguf/\(name).gguf")
    #expect(try keyValues(copy(path)) == keyValues(path))
  }

  @Test("Values of a big-endian model become little-endian")
  func bigEndian() throws {
    let path = Fixture.path("gguf/big-endian.gguf")
    let model = try GGUFHeader(InputFile(path: path))
    let copied = try GGUFHeader(InputFile(path: copy(path)))
    #expect(model.isBigEndian && !copied.isBigEndian)
    #expect(copied.values == model.values)
    #expect(try keyValues(copy(path)) == keyValues(path))
  }

  private func vocabulary() throws -> String { try directory.write(GGUFVocabulary.bytes, to: "vocabulary.gguf") }

  @Test("A long array is copied whole, and is the only kind that metadata only count")
  func longArray() throws {
    let path = try vocabulary()
    let model = try #require(try GGUFFile.open(path) as? IndexedFile)
    #expect(model.keyValues?.countedKeys == ["tokenizer.ggml.tokens"])
    #expect(model.metadata["tokenizer.ggml.tokens"] == "[30000 strings]")
    #expect(try keyValues(copy(path)) == keyValues(path))
  }

  @Test("Metadata that changed are written, and what says how Decant lays out a file is its own")
  func changed() throws {
    let path = Fixture.path("gguf/aligned-64.gguf")
    let output = try copy(path, changing: ["general.alignment": "8", "general.architecture": "other"])
    let header = try GGUFHeader(InputFile(path: output))
    #expect(header.values["general.alignment"] == "8" && header.values["general.architecture"] == "other")
    // Words that come with the model are what other programs see.
    let words = try copy(vocabulary(), changing: ["decant.vocabulary": #"["a","b"]"#])
    #expect(try GGUFHeader(InputFile(path: words)).values["tokenizer.ggml.tokens"] == #"["a","b"]"#)
  }

  @Test("Names that llama.cpp refuses are noted, and others are not")
  func longNames() throws {
    for (count, isNoted) in [(63, false), (64, true)] {
      let name = String(repeating: "n", count: count)
      let writer = try GGUFWriter(path: directory.file("\(count).gguf"))
      _ = try InMemoryTensorSource([try .init(name, .int8, [5], seed: 2)]).write(to: writer)
      #expect(writer.notes.flatMap(\.rows) == (isNoted ? ["\(name)"] : []))
      if isNoted { #expect(writer.notes.first?.title.text.contains("--rename") == true) }
    }
  }
}
