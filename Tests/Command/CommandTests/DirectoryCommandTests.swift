import Foundation
import TestSupport
import Testing

@Suite("Every command explains a directory that is not a checkpoint")
struct DirectoryCommandTests {
  static let commands: [[String]] = [
    ["inspect", "DIR"], ["inspect", "DIR", "--graph"], ["inspect", "DIR", "--verify"], ["inspect", "DIR", "--plan"],
    ["convert", "DIR", "-o", "out.safetensors"], ["rename", "DIR", "--names", "modern", "-o", "out.ckpt"],
    ["verify", "DIR"], ["verify", Scenes.checkpoint, "DIR"], ["diff", "DIR", Scenes.checkpoint], ["recover", "DIR"],
    ["caption", "DIR", "a.jpg"], ["vocab", Scenes.vocabulary, "--check", "DIR"],
    [
      "run_inference", "--checkpoint_path=DIR", "--vocab_file=\(Scenes.vocabulary)",
      "--input_files=\(Scenes.images)/*.jpg",
    ],
  ]

  @Test("of versions, by their numbers", arguments: commands)
  func versions(arguments: [String]) throws {
    let scratch = try TemporaryDirectory()
    let directory = Fixture.path("saved-models/serving")
    let outcome = try DecantCommand.run(
      arguments.map { $0.replacingOccurrences(of: "DIR", with: directory) }, in: scratch.path)
    #expect(outcome.status == 66, "\(outcome.errors)")
    #expect(outcome.errors.contains("3 versions of a SavedModel: 1, 2 and 10"), "\(outcome.errors)")
    #expect(outcome.errors.contains("\(directory)/10"))
    #expect(try scratch.entries().isEmpty)
  }

  @Test("of another model, without a word about word_counts.txt")
  func otherModel() throws {
    let model = Fixture.path("saved-models/keras2")
    let scratch = try TemporaryDirectory()
    for arguments in [
      ["caption", model, "\(Scenes.images)/scene-01.jpg"], ["verify", model], ["verify", model, model],
      ["convert", model, "-o", scratch.file("a.ckpt")], ["doctor", model], ["inspect", model],
    ] {
      let outcome = try DecantCommand.run(arguments)
      #expect(outcome.status == (arguments[0] == "caption" ? 65 : 0), "\(outcome.errors)")
      let said = outcome.output + outcome.errors
      #expect(!said.contains("word_counts") && !said.contains("--vocab"), "\(said)")
    }
  }

  @Test("caption says in one line which pictures of a directory it passes over")
  func pictures() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Fixture.bytes("scenes/images/scene-01.jpg"), to: "scene.jpg")
    for name in ["plain.bmp", "lossy.webp", "lossless.webp"] {
      try scratch.write(Fixture.bytes("pictures/\(name)"), to: name)
    }
    let outcome = try DecantCommand.run(["caption", Scenes.checkpoint, scratch.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Captions for image scene.jpg:"))
    #expect(outcome.errors.contains("skips 2 WebP and 1 BMP."), "\(outcome.errors)")
    let one = try DecantCommand.run(["caption", Scenes.checkpoint, scratch.file("lossy.webp")])
    #expect(one.status == 65)
    #expect(one.errors.contains("is a WebP, but a JPEG or PNG was expected"))
  }
}
