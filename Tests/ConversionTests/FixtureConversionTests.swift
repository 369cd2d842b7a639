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
