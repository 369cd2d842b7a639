import Bytes
import Comparison
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Converting checkpoints that TensorFlow wrote")
struct FixtureConversionTests {
  /// A few of each kind; reading all of them is tested where they are read.
  private static let checkpoints = [
    "v1-small", "v1-dtypes", "v1-partitioned", "v1-sharded", "v1-lstm-matrix", "v2-small", "v2-dtypes-1.15",
    "v2-lstm-weights", "v2-partitioned-1.15", "v2-big-endian", "v2-snappy", "v2-shapes",
  ]

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Part of the message, such as the tensor or file that is named.
    let words: String
  }

  /// One of each way to be damaged; all are tested where they are read.
  private static let damages: [Damage] = [
    Damage(testDescription: "v1-flip-data-block", words: "CRC-32C"),
    Damage(testDescription: "v1-missing-shard", words: "is missing"),
    Damage(testDescription: "v1-slice-hole", words: "tensor '"),
    Damage(testDescription: "v1-invalid-dtype", words: "tensor '"),
    Damage(testDescription: "v1-missing-record", words: "tensor '"),
    Damage(testDescription: "v1-truncated/model.ckpt", words: "model.ckpt"),
  ]

  @Test("a damaged checkpoint is converted to nothing, and not in part", arguments: damages)
  func damaged(damage: Damage) throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("checkpoints/bad/\(damage.testDescription)")
    for output in ["a.safetensors", "a.h5"] {
      let error = #expect(throws: (any Error).self) { try Converter().convert(path, to: directory.file(output)) }
      let found = try #require(error as? any DecantError)
      #expect([.badData, .noInput].contains(found.category))
      #expect(found.description.contains(damage.words), "\(found)")
      #expect(try directory.entries().isEmpty)
    }
  }

  @Test("a tensor that cannot be listed is an error, unless it is left out by name")
  func unlisted() throws {
    let directory = try TemporaryDirectory()
    let loss = MissingTensorError(names: ["lost"], present: [], path: "model")
    let source = InMemoryTensorSource(
      [try .init("a", .float32, [2], seed: 1)],
      problems: [
        SourceProblem(tensor: "a", error: loss, severity: .note),
        SourceProblem(tensor: "lost", error: loss, severity: .incomplete),
      ])
    var options = ConversionOptions()
    #expect(throws: loss) { try Converter(options: options).convert(source, to: directory.file("a.h5")) }
    #expect(throws: loss) { try SourceComparison(source, source) }
    options.drop = "^lost$"
    let report = try Converter(options: options).convert(source, to: directory.file("a.h5"))
    #expect(report.descriptors.map(\.name) == ["a"])
    options.match = "^a$"
    options.sink.replacesExisting = true
    _ = try Converter(options: options).convert(source, to: directory.file("a.h5"))
  }

  @Test("HDF5 holds every tensor, bit by bit, and back from it safetensors does", arguments: checkpoints)
  func convert(name: String) throws {
    let directory = try TemporaryDirectory()
    let source = try TensorFile.open(Fixture.path("checkpoints/\(name)"))
    let report = try Converter().convert(source, to: directory.file("a.h5"))
    let refused = Set(report.skipped.map(\.name))
    #expect(refused.isEmpty)
    let comparison = try SourceComparison(source, TensorFile.open(directory.file("a.h5")))
    #expect(comparison.isEqual, "\(comparison)")
    #expect(comparison.equalCount == source.descriptors.count)

    let second = try Converter().convert(directory.file("a.h5"), to: directory.file("a.safetensors"))
    let rest = try SourceComparison(source, TensorFile.open(directory.file("a.safetensors")))
    #expect(Set(rest.onlyInLeft) == Set(second.skipped.map(\.name)))
    #expect(rest.values.isEmpty && rest.kinds.isEmpty && rest.onlyInRight.isEmpty)
    #expect(rest.equalCount == second.descriptors.count)
  }
}
