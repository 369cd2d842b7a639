import Foundation
import TestSupport
import Testing

@Suite("Directories above an output")
struct OutputDirectoryTests {
  static let source = Fixture.path("checkpoints/v2-small/model.ckpt")

  /// Commands that write, without their output.
  static let commands = [
    ["convert", source, "-o"], ["convert", source, "--to", "tensorflow", "-o"],
    ["convert", source, "--to", "tensorflow-v1", "-o"],
    ["rename", Scenes.v2, "--names", "tensorflow-0", "-o"], ["recover", source, "--to", "safetensors", "-o"],
    ["vocab", Scenes.vocabulary, "-o"],
  ]

  @Test("one that is missing is named, with what makes it, and nothing is left", arguments: commands)
  func missing(command: [String]) throws {
    let scratch = try TemporaryDirectory()
    for end in ["new/a.npz", "new/deep/a.npz"] {
      let outcome = try DecantCommand.run(command + [scratch.file(end)])
      #expect(outcome.status == 73, "\(outcome.errors)")
      let directory = (scratch.file(end) as NSString).deletingLastPathComponent
      #expect(outcome.errors.contains("the directory \(directory) does not exist"), "\(outcome.errors)")
      #expect(outcome.errors.contains("mkdir -p") && outcome.errors.contains("--parents"), "\(outcome.errors)")
      #expect(try scratch.entries().isEmpty)
    }
  }

  @Test("--parents makes them", arguments: commands)
  func parents(command: [String]) throws {
    let scratch = try TemporaryDirectory()
    for end in ["a.npz", "new/deep/a.npz", "new/other/b.npz"] {
      let outcome = try DecantCommand.run(command + [scratch.file(end), "--parents"])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("new")).sorted() == ["deep", "other"])
    #expect(try !FileManager.default.contentsOfDirectory(atPath: scratch.file("new/deep")).isEmpty)
  }

  @Test("--parents takes back what it made for a run that fails, and no more", arguments: commands)
  func failing(command: [String]) throws {
    let scratch = try TemporaryDirectory()
    try scratch.write([], to: "there/x")
    var command = command
    command[1] = scratch.file("none")
    for end in ["new/deep/a.npz", "there/deep/a.npz"] {
      let outcome = try DecantCommand.run(command + [scratch.file(end), "--parents"])
      #expect(outcome.status == 66, "\(outcome.errors)")
    }
    #expect(try scratch.entries() == ["there"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("there")) == ["x"])
  }

  @Test("--parents does not take the place of a file")
  func file() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write([], to: "file")
    let outcome = try DecantCommand.run(["convert", Self.source, "-o", scratch.file("file/deep/a.npz"), "--parents"])
    #expect(outcome.status == 73, "\(outcome.errors)")
    #expect(try scratch.entries() == ["file"])
  }

  @Test("--dry-run makes none")
  func dryRun() throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(
      ["convert", Self.source, "-o", scratch.file("new/a.npz"), "--parents", "--dry-run"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try scratch.entries().isEmpty)
  }
}
