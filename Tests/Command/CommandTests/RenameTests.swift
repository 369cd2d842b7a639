import Foundation
import TestSupport
import Testing

@Suite("Renaming from the command line")
struct RenameTests {
  @Test("a checkpoint is renamed beside the same data, and says so")
  func rename() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("model.ckpt")
    let arguments = ["rename", Scenes.v2, "--names", "tensorflow-0", "-o", output]
    let outcome = try DecantCommand.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("383 tensors, 2 renamed"))
    #expect(outcome.output.contains("lstm/basic_lstm_cell/kernel -> lstm/BasicLSTMCell/Linear/Matrix"))
    #expect(try scratch.entries() == ["model.ckpt.data-00000-of-00001", "model.ckpt.index"])
    #expect(try DecantCommand.run(arguments).status == 73)
    #expect(try DecantCommand.run(arguments + ["--force"]).status == 0)
    let verified = try DecantCommand.run(["verify", Scenes.checkpoint, output])
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test("copied data that finds no room is an error, and nothing is left")
  func fullDisk() throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(
      ["rename", Scenes.v2, "--names", "tensorflow-0", "--copy", "-o", scratch.file("a")],
      limits: .init(fileKibibytes: 100)
    )
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(try scratch.entries().isEmpty)
  }

  @Test(
    "a rename that makes no sense is a usage error", arguments: [["--names", "pytorch"], ["--names", "klingon"], []])
  func usage(names: [String]) throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(["rename", Scenes.v2, "-o", scratch.file("a")] + names)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(try scratch.entries().isEmpty)
  }

  @Test("the names of a checkpoint's files are those of its prefix, however it is spelled")
  func convert() throws {
    let scratch = try TemporaryDirectory()
    for output in ["a.ckpt-7", "a.ckpt-7.index"] {
      let outcome = try DecantCommand.run([
        "convert", Scenes.checkpoint, "-o", scratch.file(output), "--shards", "2", "--force",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("without metadata"))
      #expect(
        try scratch.entries() == ["a.ckpt-7.data-00000-of-00002", "a.ckpt-7.data-00001-of-00002", "a.ckpt-7.index"])
    }
  }
}
