import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

extension GoldenValues {
  /// What is wrong with salvaged tensors: anything that is not TensorFlow's value.
  func contradictions(_ salvage: Salvage) throws -> [String] {
    let expected = Dictionary(uniqueKeysWithValues: tensors.map { (Array($0.name.utf8), $0) })
    return try salvage.source.descriptors.compactMap { found in
      guard let tensor = expected[Array(found.name.utf8)] else { return "\(found.name): no such tensor" }
      let doubts = salvage.doubts[found.name] ?? []
      let isAssumed = doubts.contains { if case .assumedDType = $0 { true } else { false } }
      let hasShape = !doubts.contains { if case .lostShape = $0 { true } else { false } }
      let isComplete = !doubts.contains(.unprovenCompleteness)
      if !isAssumed, found.dtype.name != tensor.dtype { return "\(found.name): \(found.dtype)" }
      if hasShape, isComplete, found.shape.dimensions != tensor.shape { return "\(found.name): \(found.shape)" }
      if isComplete, found.shape.elementCount != tensor.shape.reduce(1, *) { return "\(found.name): \(found.shape)" }
      if !isComplete || isAssumed { return nil }
      if let strings = tensor.strings {
        return try salvage.source.readStrings(found) == strings.map { [UInt8]($0) } ? nil : "\(found.name): strings"
      }
      let bytes = try salvage.source.readAll(found)
      if let data = tensor.bytes { return bytes == [UInt8](data) ? nil : "\(found.name): bytes" }
      return Digest.sha256(of: bytes) == tensor.sha256 ? nil : "\(found.name): digest"
    }
  }
}

/// A copy of a fixture that can be damaged.
struct Patient {
  let directory: TemporaryDirectory
  let golden: GoldenValues
  /// The path to recover.
  let path: String
  /// The table: a V1 file, or a V2 index.
  let table: String
  let original: [UInt8]

  init(_ folder: String) throws {
    golden = try GoldenValues("checkpoints/\(folder)/values.json")
    directory = try TemporaryDirectory()
    let source = Fixture.path("checkpoints/\(folder)")
    for name in try FileManager.default.contentsOfDirectory(atPath: source) where name != "values.json" {
      try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: directory.file(name))
    }
    path = directory.file(try #require(golden.path))
    table = FileManager.default.fileExists(atPath: path + ".index") ? path + ".index" : path
    original = try Fixture.bytes(at: table)
  }

  /// Recovers with other bytes in place of the table.
  func salvage(_ bytes: [UInt8]) throws -> Salvage {
    try Data(bytes).write(to: URL(filePath: table))
    return try Salvage(path)
  }
}
