import Foundation
import TestSupport
import Testing

@Suite("Verifying from the command line")
struct VerifyTests {
  @Test("V1 and V2 of one model are equal across the eras of their names")
  func eras() throws {
    let outcome = try DecantCommand.run(["verify", Scenes.checkpoint, Scenes.v2])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("383 equal"))
    #expect(outcome.output.contains("2 under another name"))
  }

  @Test("a model that lost a tensor differs, by name")
  func lostTensor() throws {
    let scratch = try TemporaryDirectory()
    let part = scratch.file("part.h5")
    let conversion = try DecantCommand.run(["convert", Scenes.checkpoint, "-o", part, "--drop", "^logits/biases$"])
    #expect(conversion.status == 0, "\(conversion.errors)")
    let outcome = try DecantCommand.run(["verify", Scenes.checkpoint, part])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("logits/biases"))
    let alone = try DecantCommand.run(["verify", part])
    #expect(alone.status == 1)
    #expect(alone.output.contains("missing"))
  }

  @Test("another model's tensors of the same name differ in kind or value")
  func otherModel() throws {
    let outcome = try DecantCommand.run([
      "verify", Fixture.path("checkpoints/v1-lstm-matrix"), Fixture.path("checkpoints/v1-small/model.ckpt"),
    ])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("only in A"))
  }

  @Test("another vocabulary differs, with the first line that does")
  func vocabulary() throws {
    let scratch = try TemporaryDirectory()
    let words = try String(contentsOfFile: Scenes.vocabulary, encoding: .utf8)
      .replacingOccurrences(of: "b'small'", with: "b'tiny'")
    let other = try scratch.write(Array(words.utf8), to: "other.txt")
    for (vocabulary, output) in [(Scenes.vocabulary, "a.safetensors"), (other, "b.safetensors")] {
      let conversion = try DecantCommand.run(
        ["convert", Scenes.checkpoint, "--vocab", vocabulary, "-o", scratch.file(output)])
      #expect(conversion.status == 0, "\(conversion.errors)")
    }
    let outcome = try DecantCommand.run(["verify", scratch.file("a.safetensors"), scratch.file("b.safetensors")])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("line 6"))
    #expect(outcome.output.contains("'small'") && outcome.output.contains("'tiny'"))
  }
}
