import Foundation
import TestSupport
import Testing

/// A file that was made, or damaged, so that a careless reader takes all memory, never ends or crashes.
struct HostileInput: Sendable, CustomTestStringConvertible {
  /// What is wrong with it.
  let name: String
  /// Arguments of the runs that read it; `INPUT` is the file, `OUT` the start of a path for outputs.
  let runs: [[String]]
  /// Makes the file and says where it is.
  let make: @Sendable (TemporaryDirectory) throws -> String

  var testDescription: String { name }

  /// A file made for the test.
  init(_ name: String, file: String, runs: [[String]], _ bytes: @escaping @Sendable () -> [UInt8]) {
    self.name = name
    self.runs = runs
    make = { try $0.write(bytes(), to: file) }
  }

  /// A file that is there.
  init(fixture path: String, runs: [[String]]) {
    name = path
    self.runs = runs
    make = { _ in Fixture.path(path) }
  }

  /// What is done with a file of weights.
  static let weights = [["inspect", "--verify", "INPUT"], ["convert", "INPUT", "-o", "OUT.safetensors"]]
  /// The same, and another output: strings go there in another way.
  static let weightsAndHDF5 = weights + [["convert", "INPUT", "-o", "OUT.h5"]]
  /// What is done with a graph.
  static let graphs = weights + [["inspect", "--graph", "INPUT"]]
  /// What is done with a picture.
  static let pictures = [["caption", Scenes.checkpoint, "--vocab", Scenes.vocabulary, "INPUT"]]
  /// What is done with a vocabulary.
  static let vocabularies = [
    ["vocab", "INPUT"], ["convert", Scenes.checkpoint, "--vocab", "INPUT", "-o", "OUT.safetensors"],
  ]
  /// What is done with rename rules.
  static let rules = [["convert", Scenes.checkpoint, "--rename", "INPUT", "-o", "OUT.safetensors", "--dry-run"]]
  /// What is done with expected captions.
  static let expectations = [["verify", Scenes.checkpoint, "--expect", "INPUT", "--images", Scenes.images]]

  /// Everything under `Fixtures/` that is bad on purpose.
  static let fixtures: [HostileInput] = {
    func names(_ folder: String) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: Fixture.path(folder))) ?? []).sorted()
    }
    let checkpoints = names("checkpoints/bad").map { folder in
      HostileInput(
        fixture: "checkpoints/bad/\(folder)", runs: weights + (folder.hasPrefix("meta") ? [["doctor", "INPUT"]] : []))
    }
    let graphs = names("checkpoints/bad").filter { $0.hasPrefix("meta") }.map { folder in
      HostileInput(fixture: "checkpoints/bad/\(folder)/model.ckpt.meta", runs: [["inspect", "INPUT"]])
    }
    let weightFiles =
      names("hdf5").filter { $0.hasPrefix("bad") }.map { "hdf5/\($0)" } + ["npz/refused.npz"]
    let images = names("images").filter { $0.hasPrefix("bad") || $0.hasPrefix("odd") }
    return checkpoints + graphs + weightFiles.map { HostileInput(fixture: $0, runs: weights) }
      + images.map { HostileInput(fixture: "images/\($0)", runs: pictures) }
  }()
}
