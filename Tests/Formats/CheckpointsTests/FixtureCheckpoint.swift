import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// A folder under `Fixtures/checkpoints/` and the values that TensorFlow reads from it.
struct FixtureCheckpoint: CustomTestStringConvertible, Sendable {
  let folder: String
  var testDescription: String { folder }

  /// All folders with a `values.json`, sorted.
  static let all: [FixtureCheckpoint] = {
    let root = Fixture.path("checkpoints")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.sorted().filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/values.json") }
      .map(FixtureCheckpoint.init)
  }()

  func path(_ name: String) -> String { Fixture.path("checkpoints/\(folder)/\(name)") }

  func values() throws -> GoldenValues { try GoldenValues("checkpoints/\(folder)/values.json") }

  /// What to open.
  func checkpointPath() throws -> String { path(try #require(values().path)) }
}
