import Comparison
import Foundation
import Inspection
import Messages
import TensorFiles
import Tensors
import Testing
import TestSupport

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
    let loss = MissingTensorError(names: ["lost"], present: [], file: "model")
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

  @Test("a dataset that is not a tensor keeps a file from being converted, unless it is left out by name")
  func unreadableDatasets() throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("hdf5/problems.h5")
    var options = ConversionOptions()
    let error = #expect(throws: (any Error).self) {
      try Converter(options: options).convert(path, to: directory.file("a.safetensors"))
    }
    #expect("\(error as Any)".contains("bad/array"))
    options.drop = "^bad/"
    let dropped = try Converter(options: options).convert(path, to: directory.file("a.safetensors"))
    #expect(dropped.descriptors.map(\.name) == ["good/first", "good/second"])
    options.drop = nil
    options.match = "^good/"
    let matched = try Converter(options: options).convert(path, to: directory.file("b.h5"))
    #expect(matched.descriptors.map(\.name) == ["good/first", "good/second"])
    // A broken chunk shows when it is read.
    options.match = "^(good/|bad/broken)"
    let broken = #expect(throws: (any Error).self) {
      try Converter(options: options).convert(path, to: directory.file("c.h5"))
    }
    #expect("\(broken as Any)".contains("bad/broken-chunk"))
    #expect(try directory.entries() == ["a.safetensors", "b.h5"])
  }

  @Test("other programs read an int4's values, and back comes what TensorFlow wrote, in either of its forms")
  func narrowIntegers() throws {
    let directory = try TemporaryDirectory()
    let source = Fixture.path("checkpoints/v2-narrow/model.ckpt")
    let values: [String: [Int8]] = [
      "int4": [0, 1, -1, 3, -4, 5, 7, -8], "int2": [0, 1, -1, -2], "uint4": [0, 7, 8, 15], "uint2": [0, 1, 2, 3],
    ]
    let original = try TensorFile.open(source)
    #expect(try original.readAll(original.requireDescriptor(named: "cast/int4")) == [0, 1, 15, 3, 12, 5, 7, 8])
    #expect(try original.readAll(original.requireDescriptor(named: "list/int4"))[2] == 0xff)
    for middle in ["a.safetensors", "a.h5"] {
      _ = try Converter().convert(source, to: directory.file(middle))
      let file = try TensorFile.open(directory.file(middle))
      let bytes = try Fixture.bytes(at: directory.file(middle))
      for descriptor in original.descriptors {
        let name = descriptor.name
        let expected = try #require(values[descriptor.dtype.name])
        let offset = try #require(file.requireDescriptor(named: name).location?.offset)
        #expect(
          bytes[offset..<offset + expected.count].map { Int8(bitPattern: $0) } == expected, "\(middle): \(name)")
      }
      #expect(try SourceComparison(original, file).isEqual)
      #expect(IntegrityReport(checking: file).isSound)
      _ = try Converter().convert(directory.file(middle), to: directory.file("\(middle).ckpt"))
      for suffix in [".index", ".data-00000-of-00001"] {
        let back = try Data(contentsOf: URL(filePath: directory.file("\(middle).ckpt\(suffix)")))
        #expect(try back == Data(contentsOf: URL(filePath: source + suffix)), "\(middle)")
      }
    }
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
