import Foundation
import TestSupport
import Testing

/// One checkpoint of `Fixtures/optimizers/`, trained for a step by one optimizer.
struct OptimizerFixture: Sendable, CustomTestStringConvertible {
  /// What `truth.json` says of it.
  struct Truth: Decodable {
    let file: String
    let model: [String]
    let trainingCount: Int
    let averages: [String: String]?
  }

  let testDescription: String

  static let all: [OptimizerFixture] =
    ((try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("optimizers"))) ?? [])
    .filter { !$0.contains(".") }.sorted().map { OptimizerFixture(testDescription: $0) }

  func truth() throws -> Truth {
    let bytes = try Fixture.bytes("optimizers/\(testDescription)/truth.json")
    return try JSONDecoder().decode(Truth.self, from: Data(bytes))
  }

  func path() throws -> String { Fixture.path("optimizers/\(testDescription)/\(try truth().file)") }

  /// The names of the model's variables as Decant shows them: those of whole Keras files are shown without their groups.
  func modelNames() throws -> Set<String> {
    Set(
      try truth().model.map { name in
        let parts = name.split(separator: "/", maxSplits: 2)
        return parts.count == 3 && parts[0] == "model_weights" ? String(parts[2]) : name
      })
  }
}
