import Conversion
import Foundation
import TensorFiles
import Tensors
import TestSupport
import WeightFiles

extension DamageFixture {
  /// What `decant convert` writes: digests find every change in every format.
  static let converted: [DamageFixture] = [
    converted("safetensors", "a.safetensors", repair: repairing("a.safetensors") { ChecksumRepair.repairDigests(&$0) }),
    converted(
      "npz", "a.npz", repair: repairing("a.npz") { ChecksumRepair.repairArchive(&$0) }, isProvedWhenRepaired: true),
    converted("HDF5", "a.h5", open: openHDF5),
    converted("HDF5, compressed", "a.h5", open: openHDF5, change: { $0.sink.compression = 9 }),
  ]

  /// What other programs wrote.
  static let foreign: [DamageFixture] = [
    DamageFixture(
      "npz, stored", in: "npz", ["stored.npz"],
      repair: repairing("stored.npz") { ChecksumRepair.repairArchive(&$0) }),
    DamageFixture("npz, deflated", in: "npz", ["deflated.npz"]),
    DamageFixture("npy", in: "npz", ["single.npy"], isProved: false),
    foreignHDF5("small.h5"),
    foreignHDF5("small-v110.h5"),
    foreignHDF5("small-opaque.h5"),
  ]

  /// libhdf5 loops without end on some; for a file of kilobytes a twentieth of a second is enough to know.
  private static let openHDF5: @Sendable (String) throws -> any TensorSource = {
    try HDF5File(path: $0, requestMilliseconds: 50)
  }

  private static func foreignHDF5(_ name: String) -> DamageFixture {
    DamageFixture("HDF5", in: "hdf5", [name], isProved: false) { try Observation(ofTensorsOf: openHDF5($0)) }
  }

  private static func converted(
    _ format: String, _ name: String,
    open: @escaping @Sendable (String) throws -> any TensorSource = { try TensorFile.open($0) },
    repair: (@Sendable (inout Files) -> Void)? = nil,
    isProvedWhenRepaired: Bool = false, change: @escaping @Sendable (inout ConversionOptions) -> Void = { _ in }
  ) -> DamageFixture {
    DamageFixture(
      title: "converted to \(format)", damaged: name,
      files: {
        let directory = try TemporaryDirectory()
        var options = ConversionOptions()
        options.vocabulary = ["<S>", "</S>", "surfer", "\"é\""]
        change(&options)
        // Large enough to be compressed, and to become small.
        let source = InMemoryTensorSource([
          try .init("lstm/kernel", .float32, [3, 100], bytes: (0..<1200).map { UInt8($0 % 12) }),
          try .init("lstm/bias", .float32, [5], seed: 1),
          try .init("step", .int64, [], seed: 2),
        ])
        _ = try Converter(options: options).convert(source, to: directory.file(name))
        return [name: try Fixture.bytes(at: directory.file(name))]
      },
      read: { try Observation(ofConverted: open("\($0)/\(name)")) }, repair: repair,
      isProvedWhenRepaired: isProvedWhenRepaired)
  }
}
