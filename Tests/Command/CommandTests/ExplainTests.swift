import Foundation
import TestSupport
import Testing

@Suite("decant explain")
struct ExplainTests {
  private static let image = Scenes.images + "/scene-09.jpg"
  private static let caption = "a small yellow triangle left of two large purple circles ."
  /// Few patches, since kernels of a debug build take seconds for each.
  private static let fast = ["--grid", "2", "--beam-size", "1"]

  @Test("words with their probabilities and regions, as text, JSON and a page")
  func everything() throws {
    let scratch = try TemporaryDirectory()
    let page = scratch.file("page.html")
    let text = try DecantCommand.run(["explain", Scenes.checkpoint, Self.image, "-o", page] + Self.fast)
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("scene-09.jpg: \(Self.caption) (p=0.9"))
    for word in Set(Self.caption.split(separator: " ")) { #expect(text.output.contains("\n  \(word) ")) }
    #expect(text.output.contains("no particular part"))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    #expect(html.components(separatedBy: "<figure class=\"word\"").count == 12)
    let again = try DecantCommand.run(["explain", Scenes.checkpoint, Self.image, "-o", page] + Self.fast)
    #expect(again.status == 73 && again.errors.contains("--force"))
    let json = try DecantCommand.run(
      ["explain", Scenes.checkpoint, Self.image, "-o", page, "--force", "--json"] + Self.fast)
    #expect(json.status == 0)
    #expect(json.output.contains("\"caption\": \"\(Self.caption)\""))
    #expect(try JSONSchema(named: "explain.schema.json").violations(in: json.output).isEmpty)
    #expect(try String(contentsOfFile: page, encoding: .utf8) == html)
  }

  @Test("what cannot be explained ends with the status of its kind and writes nothing")
  func refused() throws {
    let scratch = try TemporaryDirectory()
    let page = scratch.file("page.html")
    let bare = scratch.file("model.ckpt-4222")
    try FileManager.default.copyItem(atPath: Scenes.checkpoint, toPath: bare)
    let cases: [([String], Int32, String)] = [
      ([Scenes.checkpoint, Self.image, "--grid", "0"], 64, "grid of 0 x 0"),
      ([Scenes.checkpoint, Self.image, "--grid", "1000"], 64, "give 2 to 32"),
      ([Scenes.checkpoint, Self.image, "--grid", "many"], 64, "--grid"),
      ([Scenes.checkpoint, Scenes.vocabulary], 65, "neither JPEG nor PNG"),
      ([Scenes.checkpoint, "/nowhere/x.jpg"], 66, "/nowhere/x.jpg"),
      ([bare, Self.image], 64, "--vocab"),
      (["/nowhere/model.ckpt", Self.image], 66, "/nowhere/model.ckpt"),
      ([Scenes.checkpoint, Self.image, "--beam-size", "0"], 64, "beam size"),
    ]
    for (arguments, status, words) in cases {
      let outcome = try DecantCommand.run(["explain", "-o", page] + arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words) && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
    }
    let forced = try DecantCommand.run(["explain", Scenes.checkpoint, Self.image, "--force"])
    #expect(forced.status == 64 && forced.errors.contains("-o"))
    #expect(!FileManager.default.fileExists(atPath: page))
  }

  @Test("the page never replaces the picture, the words or the model, not even with --force or by a link")
  func sources() throws {
    let scratch = try TemporaryDirectory()
    let image = scratch.file("scene.jpg")
    try FileManager.default.copyItem(atPath: Self.image, toPath: image)
    let link = scratch.file("link.html")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: image)
    let bytes = try Fixture.bytes(at: image)
    for output in [image, link] {
      let outcome = try DecantCommand.run(["explain", Scenes.checkpoint, image, "-o", output, "--force"] + Self.fast)
      #expect(outcome.status == 73 && outcome.errors.contains("would replace"), "\(outcome.errors)")
      #expect(try Fixture.bytes(at: image) == bytes)
    }
  }
}
