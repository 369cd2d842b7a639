import Bytes
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@testable import Checkpoints

@Suite("What Keras exports")
struct KerasExportTests {
  struct Weight: Decodable, Sendable {
    let name: String
    let shape: [Int]
    let bytes: String
  }

  private static func weights(_ model: String) throws -> [Weight] {
    let json = try Data(contentsOf: URL(filePath: Fixture.path("keras/exports/exports.json")))
    return try #require(try JSONDecoder().decode([String: [Weight]].self, from: json)[model])
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  struct Model: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Full names that several variables have.
    var shared: [String] = []
  }

  private static let models: [Model] = [
    Model(testDescription: "sequential"), Model(testDescription: "functional"), Model(testDescription: "nested"),
    Model(testDescription: "sequential-2"),
    Model(testDescription: "subclassed", shared: ["subclassed/bias", "subclassed/kernel"]),
    Model(testDescription: "subclassed-checkpoint", shared: ["subclassed/bias", "subclassed/kernel"]),
    Model(testDescription: "lists", shared: ["w"]),
  ]

  @Test(
    "Under full names each variable of the program is one tensor, with its own name or apart from those that share it",
    arguments: models)
  func variables(model: Model) throws {
    let expected = try Self.weights(model.testDescription)
    let checkpoint = try V2Checkpoint(prefix: Fixture.path("keras/exports/\(model.testDescription)"))
    let source = ObjectNamedSource(distinguishing: checkpoint, naming: .fullNames)
    let known = Set(expected.map(\.name))
    let found = source.descriptors.filter { known.contains(source.origin(of: $0)?.fullName ?? "") }
    #expect(found.count == expected.count)
    let rows = try found.map { descriptor in
      "\(source.origin(of: descriptor)?.fullName ?? "") \(descriptor.shape.dimensions) "
        + hexadecimal(try source.readAll(descriptor))
    }
    #expect(rows.sorted() == expected.map { "\($0.name) \($0.shape) \($0.bytes)" }.sorted())
    let shared = Set(expected.filter { weight in expected.count { $0.name == weight.name } > 1 }.map(\.name))
    #expect(shared.sorted() == model.shared)
    for descriptor in found {
      let origin = try #require(source.origin(of: descriptor))
      #expect(descriptor.name == (shared.contains(origin.fullName ?? "") ? origin.path : origin.fullName))
    }
    #expect((source.sharedNames == nil) == shared.isEmpty)
    #expect(source.problems.count { $0.severity == .note } == (shared.isEmpty ? 0 : 1))
  }

  @Test("The other key of a variable is an alias, and under keys and paths both are shown")
  func aliases() throws {
    let checkpoint = try V2Checkpoint(prefix: Fixture.path("keras/exports/sequential"))
    let full = try ObjectNamedSource(checkpoint, naming: .fullNames)
    let kernel = try full.requireDescriptor(named: "sequential/fc/kernel")
    #expect(full.origin(of: kernel)?.path == "variables/0")
    #expect(full.origin(of: kernel)?.aliases.contains("_all_variables/0") == true)
    #expect(checkpoint.descriptors.count == 18)
    #expect(try ObjectNamedSource(checkpoint, naming: .paths).descriptors.count == 18)
    #expect(full.descriptors.count == 10)
  }

  @Test("A name that others had is a tensor's own among those that are kept")
  func kept() throws {
    let checkpoint = try V2Checkpoint(prefix: Fixture.path("keras/exports/lists"))
    let source = ObjectNamedSource(distinguishing: checkpoint, naming: .fullNames)
    let words = try #require(source.sharedNames).description
    #expect(words.contains("3 tensors share the name 'w'") && words.contains("--drop"))
    let kept = source.descriptors.filter { $0.name.hasSuffix("other") || $0.name == "plain" }
    #expect(kept.count == 2)
    #expect(kept.map { source.wantedName(of: $0) } == ["w", "plain"])
    #expect(source.names(among: kept).names == ["w", "plain"])
    #expect(source.names(among: kept).shared == nil)
    #expect(throws: ObjectNameCollision.self) { try ObjectNamedSource(checkpoint, naming: .fullNames) }
  }

  @Test("An alias whose content was changed is a variable of its own")
  func changed() throws {
    let directory = try TemporaryDirectory()
    let prefix = Fixture.path("keras/exports/nested")
    let original = try V2Checkpoint(prefix: prefix)
    let body = try V2CheckpointWriter(prefix: directory.file("a")).begin(SinkContents(original.descriptors))
    for descriptor in original.descriptors {
      if descriptor.dtype == .string {
        try body.writeStrings(original.readStrings(descriptor))
      } else {
        var bytes = try original.readAll(descriptor)
        if descriptor.name.hasPrefix("_all_variables/0/") { bytes[0] ^= 1 }
        try body.write(bytes.rawSpan)
      }
    }
    try body.finish(metadata: nil).commit()
    let source = ObjectNamedSource(
      distinguishing: try V2Checkpoint(prefix: directory.file("a")), naming: .fullNames)
    let words = try #require(source.sharedNames).description
    #expect(words.contains("'variables/0/") && words.contains("'_all_variables/0/"))
    #expect(source.descriptor(named: "variables/0") != nil && source.descriptor(named: "_all_variables/0") != nil)
    #expect(source.descriptors.count == 6)
  }
}
