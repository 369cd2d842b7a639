import Foundation
import TestSupport
import Testing

@Suite("A path inside a file opens nothing outside the file's directory")
struct ConfinementTests {
  let scratch: TemporaryDirectory

  init() throws {
    scratch = try TemporaryDirectory()
  }

  /// A pipe that no one writes to: opening it waits forever, which a run's time limit turns into a failure.
  private func pipe(_ name: String) throws -> String {
    let path = scratch.file(name)
    let status = unsafe mkfifo(path, 0o600)
    #expect(status == 0)
    return path
  }

  @Test(
    "what an HDF5 file keeps elsewhere is refused before the other file is opened",
    arguments: [
      "bad-external-link", "bad-external-data", "bad-virtual", "bad-virtual-endless",
    ])
  func hdf5(name: String) throws {
    // The names that the files have in them.
    _ = try pipe("ordinary.h5")
    try FileManager.default.createDirectory(atPath: scratch.file("model"), withIntermediateDirectories: true)
    _ = try pipe("README.md")
    let input = try scratch.write(Fixture.bytes("hdf5/\(name).h5"), to: "model/model.h5")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("model/ordinary.h5"), withDestinationPath: "../ordinary.h5")
    for arguments in [["inspect", input], ["convert", input, "-o", scratch.file("out.safetensors")]] {
      let outcome = try DecantCommand.run(arguments, in: scratch.file("model"), limits: .init(seconds: 20))
      #expect(outcome.status == 65, "\(outcome.errors)")
      #expect(outcome.errors.contains("other files") || outcome.errors.contains("another file"), "\(outcome.errors)")
    }
  }

  @Test(
    "a checkpoint file is followed within its directory only, by every command",
    arguments: [
      ["inspect", "STATE"], ["convert", "STATE", "-o", "OUT.safetensors"], ["verify", "STATE"],
      ["diff", "STATE", "STATE"], ["rename", "STATE", "--names", "modern", "-o", "OUT.ckpt"],
      ["recover", "STATE", "-o", "OUT.safetensors"],
    ])
  func stateFile(arguments: [String]) throws {
    for name in ["model.ckpt.index", "model.ckpt.data-00000-of-00001"] {
      try scratch.write(Fixture.bytes("checkpoints/v2-small/\(name)"), to: "outside/\(name)")
    }
    let named = scratch.file("outside/model.ckpt")
    try scratch.write(Array("model_checkpoint_path: \"\(named)\"\n".utf8), to: "model/checkpoint")
    let output = scratch.file("out")
    let typed = arguments.map { argument in
      argument == "STATE" ? scratch.file("model") : argument.replacing("OUT", with: output)
    }
    let outcome = try DecantCommand.run(typed, limits: .init(seconds: 20))
    #expect(outcome.status == 66, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.contains("does not follow paths out of"), "\(outcome.errors)")
    #expect(outcome.errors.contains("on the command line: '\(named)'"), "\(outcome.errors)")
    #expect(try scratch.entries() == ["model", "outside"])
    #expect(try DecantCommand.run(["inspect", named]).status == 0)
  }

  @Test("the assets of a SavedModel are not looked at")
  func assets() throws {
    for name in ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"] {
      try scratch.write(Fixture.bytes("checkpoints/saved-model-tf1/model/\(name)"), to: "model/\(name)")
    }
    try FileManager.default.createDirectory(atPath: scratch.file("model/assets"), withIntermediateDirectories: true)
    _ = try pipe("model/assets/words.txt")
    let outcome = try DecantCommand.run(["inspect", scratch.file("model/saved_model.pb")], limits: .init(seconds: 20))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Signatures"))
  }

  @Test(
    "the name of an archive's member is the name of a tensor and never of a file",
    arguments: ["safetensors", "h5", "npz", "ckpt"])
  func members(format: String) throws {
    // It has a member `../sideways …`.
    let input = try scratch.write(Fixture.bytes("npz/stored.npz"), to: "model/model.npz")
    let output = try scratch.write([], to: "out/empty")
    let outcome = try DecantCommand.run(
      ["convert", input, "-o", (output as NSString).deletingLastPathComponent + "/made.\(format)"],
      limits: .init(seconds: 20))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try scratch.entries() == ["model", "out"])
    let made = try FileManager.default.contentsOfDirectory(atPath: scratch.file("out"))
    #expect(made.count > 1 && made.allSatisfy { $0 == "empty" || $0.hasPrefix("made.") }, "\(made)")
  }
}
