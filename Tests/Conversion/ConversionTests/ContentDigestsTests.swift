import Foundation
import Inspection
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Digests in converted files")
struct ContentDigestsTests {
  private static func source() throws -> InMemoryTensorSource {
    InMemoryTensorSource([
      try .init("a/kernel", .float32, [3, 5], seed: 1),
      try .init("a/bias", .float32, [5], seed: 2),
      try .init("empty", .int32, [0, 4], bytes: []),
      try .init("step", .int64, [], seed: 3),
    ])
  }

  /// A converted file, read into memory so that it can be changed.
  private struct Content {
    var tensors: [InMemoryTensorSource.Tensor]
    var metadata: [String: String]

    init(_ source: any TensorSource) throws {
      tensors = try source.descriptors.map { descriptor in
        descriptor.dtype == .string
          ? try .init(descriptor.name, descriptor.shape.dimensions, strings: source.readStrings(descriptor))
          : try .init(
            descriptor.name, descriptor.dtype, descriptor.shape.dimensions, bytes: source.readAll(descriptor))
      }
      metadata = source.metadata
    }

    var report: IntegrityReport { IntegrityReport(checking: InMemoryTensorSource(tensors, metadata: metadata)) }
  }

  private static func converted() throws -> Content {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.vocabulary = ["<S>", "surfer"]
    let strings = try InMemoryTensorSource.Tensor("words", [2], strings: [Array("ab".utf8), Array("c".utf8)])
    let source = InMemoryTensorSource(try Content(source()).tensors + [strings])
    _ = try Converter(options: options).convert(source, to: directory.file("a.safetensors"))
    return try Content(TensorFile.open(directory.file("a.safetensors")))
  }

  @Test(
    "every format that keeps metadata has them, they hold, and do not depend on the format",
    arguments: ["a.safetensors", "a.h5", "a.npz"])
  func formats(output: String) throws {
    let directory = try TemporaryDirectory()
    let report = try Converter().convert(Self.source(), to: directory.file(output))
    let text = try #require(report.metadata["decant.digests"])
    #expect(
      text.wholeMatch(
        of: /\{"metadata":"[0-9a-f]{8}","tensors":\{"a\/bias":"6f98d00e","a\/kernel":"[0-9a-f]{8}","empty":.*\}\}/)
        != nil,
      "\(text)")
    let source = try TensorFile.open(directory.file(output))
    let integrity = IntegrityReport(checking: source)
    #expect(integrity.isSound && integrity.evidence == .digests)
    #expect(ReportText.integrity(integrity) == "Sound: 4 tensors read, 88 B, and each matches its checksum.\n")
    let unchecked = IntegrityReport(checking: source, verifiesChecksums: false)
    #expect(unchecked.evidence == .unchecked)
    #expect(ReportText.integrity(unchecked).text.contains("values are not proved"))
  }

  @Test("a checkpoint has no place for them, and its own checksums")
  func checkpoint() throws {
    let directory = try TemporaryDirectory()
    let report = try Converter().convert(Self.source(), to: directory.file("a.ckpt.index"))
    #expect(report.metadata.isEmpty)
    #expect(IntegrityReport(checking: try TensorFile.open(directory.file("a.ckpt"))).evidence == .checksums)
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout ConversionOptions) -> Void

    init(_ testDescription: String, _ apply: @escaping @Sendable (inout ConversionOptions) -> Void) {
      self.testDescription = testDescription
      self.apply = apply
    }
  }

  @Test(
    "those of a source are never copied: the output has its own",
    arguments: [
      Change("nothing changes") { _ in }, Change("without the source's SHA-256") { $0.hashesSource = false },
      Change("another dtype") { $0.dtype = .float16 }, Change("other names") { $0.names = .pytorch },
      Change("folded") { $0.foldsBatchNorm = true }, Change("a part") { $0.match = "lstm" },
      Change("not read back") { $0.readsBack = false },
    ])
  func again(change: Change) throws {
    let directory = try TemporaryDirectory()
    _ = try Converter().convert(Scenes.v2, to: directory.file("a.safetensors"))
    var options = ConversionOptions()
    change.apply(&options)
    for output in ["b.h5", "c.safetensors"] {
      _ = try Converter(options: options).convert(directory.file("a.safetensors"), to: directory.file(output))
      let integrity = IntegrityReport(checking: try TensorFile.open(directory.file(output)))
      #expect(integrity.isSound && integrity.evidence == .digests, "\(integrity.failures)")
    }
  }

  private struct Damage: Sendable {
    let title: String
    let reasons: Set<String>
    let apply: @Sendable (inout Content) throws -> Void

    init(_ title: String, _ reasons: String..., apply: @escaping @Sendable (inout Content) throws -> Void) {
      self.title = title
      self.reasons = Set(reasons)
      self.apply = apply
    }
  }

  /// Each with parts of the messages that are expected.
  private static let damages: [Damage] = [
    Damage("an element", "tensor 'a/kernel': the checksum of its dtype, shape and elements is") {
      $0.tensors[1].bytes[7] ^= 1
    },
    Damage("a dtype of the same width", "tensor 'a/kernel': the checksum of its") {
      $0.tensors[1] = try .init("a/kernel", .int32, [3, 5], bytes: $0.tensors[1].bytes)
    },
    Damage("a shape of as many elements", "tensor 'a/kernel': the checksum of its") {
      $0.tensors[1] = try .init("a/kernel", .float32, [5, 3], bytes: $0.tensors[1].bytes)
    },
    Damage("the shape of an empty tensor", "tensor 'empty': the checksum of its") {
      $0.tensors[2] = try .init("empty", .int32, [0, 5], bytes: [])
    },
    Damage("a string", "tensor 'words': the checksum of its") { $0.tensors[4].strings[0] = [0x61, 0x63] },
    Damage("strings divided otherwise", "tensor 'words': the checksum of its") {
      $0.tensors[4].strings = [[0x61], [0x62, 0x63]]
    },
    Damage("a name", "tensor 'a/cernel': the file has checksums", "tensor 'a/kernel': the file has a checksum for") {
      $0.tensors[1].name = "a/cernel"
    },
    Damage("a lost tensor", "tensor 'step': the file has a checksum for this tensor, but not") {
      $0.tensors.remove(at: 3)
    },
    Damage("a tensor too many", "tensor 'more': the file has checksums for its tensors, but none") {
      $0.tensors.append(try .init("more", .int8, [], bytes: [1]))
    },
    Damage("a word", "the checksum of the metadata is") {
      $0.metadata["decant.vocabulary"]?.replace("surfer", with: "surges")
    },
    Damage("a key", "the checksum of the metadata is") { $0.metadata["more"] = "" },
    Damage("the version's key", "the checksum of the metadata is") {
      $0.metadata["decant.versiom"] = $0.metadata.removeValue(forKey: "decant.version")
    },
    Damage("the digests' key", "Decant \(DecantVersion.current) wrote the file and stores checksums") {
      $0.metadata["decant.digest3"] = $0.metadata.removeValue(forKey: "decant.digests")
    },
    Damage("a digest", "tensor 'a/bias': the checksum of its") {
      $0.metadata["decant.digests"]?.replace("6f98d00e", with: "6f98d00c")
    },
    Damage("a digest in capitals", "tensor 'a/bias': the checksum of its") {
      $0.metadata["decant.digests"]?.replace("6f98d00e", with: "4DA6f07d")
    },
    Damage("a name in the digests", "tensor 'b/bias'", "tensor 'a/bias'") {
      $0.metadata["decant.digests"]?.replace("a/bias", with: "b/bias")
    },
    Damage("a member of the digests", "'decant.digests' cannot be read: 'tensorz' is unknown") {
      $0.metadata["decant.digests"]?.replace("tensors", with: "tensorz")
    },
    Damage("digests that are no JSON", "'decant.digests' cannot be read: ") { $0.metadata["decant.digests"] = "{" },
    Damage("no digest of the metadata", "but none was stored") { $0.metadata["decant.digests"] = #"{"tensors":{}}"# },
  ]

  @Test("what changed is a failure that says what", arguments: 0..<damages.count)
  func damaged(index: Int) throws {
    let damage = Self.damages[index]
    var content = try Self.converted()
    #expect(content.report.isSound)
    try damage.apply(&content)
    let messages = content.report.failures.map(\.message.text)
    #expect(messages.count == damage.reasons.count, "\(damage.title): \(messages)")
    for reason in damage.reasons { #expect(messages.contains { $0.contains(reason) }, "\(damage.title): \(messages)") }
  }

  @Test("files without digests are read, and nothing is claimed of their values")
  func without() throws {
    for metadata in [[:], ["format": "pt"], ["decant.version": "0.1.0"]] {
      let report = IntegrityReport(
        checking: InMemoryTensorSource(try Content(Self.source()).tensors, metadata: metadata))
      #expect(report.isSound && report.evidence == .nothing)
      #expect(
        ReportText.integrity(report)
          == "Structure sound: 4 tensors read, 88 B. The file has no checksums, so the values cannot be proved.\n")
    }
  }
}
