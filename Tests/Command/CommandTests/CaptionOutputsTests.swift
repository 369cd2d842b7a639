import Foundation
import TestSupport
import Testing

@Suite("What captioning writes")
struct CaptionOutputsTests {
  private static let image = Scenes.images + "/scene-05.jpg"
  private static let truth = "A small red star."

  /// Captions pictures with the scenes model.
  private func caption(_ arguments: [String]) throws -> DecantCommand.Outcome {
    try DecantCommand.run(["caption", Scenes.checkpoint, "--vocab", Scenes.vocabulary, "--beam-size", "2"] + arguments)
  }

  /// A folder with copies of a scene under these names.
  private func folder(_ names: String...) throws -> TemporaryDirectory {
    let scratch = try TemporaryDirectory()
    let bytes = try Data(contentsOf: URL(filePath: Self.image))
    for name in names { try scratch.write(bytes, to: name) }
    return scratch
  }

  @Test("a page and sidecars leave standard output as it is")
  func sameOutput() throws {
    let scratch = try folder("a.jpg")
    let plain = try caption([scratch.file("a.jpg")])
    let page = scratch.file("new/gallery.html")
    let both = try caption([scratch.file("a.jpg"), "--html", page, "--parents", "--sidecar", "xmp"])
    #expect(both.status == 0, "\(both.errors)")
    #expect(both.output == plain.output)
    #expect(both.errors == "decant: wrote 1 sidecar\ndecant: wrote \(page)\n")
    #expect(try scratch.entries() == ["a.jpg", "a.xmp", "new"])
    #expect(try String(contentsOfFile: scratch.file("a.xmp"), encoding: .utf8).contains(">\(Self.truth)</rdf:li>"))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(
      html.contains(Self.truth) && html.contains("src=\"data:image/jpeg;base64,") && html.contains("Word by word"))
    #expect(!html.contains(scratch.path))
    let json = try caption([scratch.file("a.jpg"), "--json"])
    #expect(try caption([scratch.file("a.jpg"), "--json", "--sidecar", "txt"]).output == json.output)
  }

  @Test("a bad picture is on the page and the status is 65; a sidecar that is there is reported, with 73")
  func failures() throws {
    let scratch = try folder("a.jpg", "b.jpg")
    try scratch.write(Array("no picture".utf8), to: "c.jpg")
    try scratch.write(Array("mine".utf8), to: "a.txt")
    let page = scratch.file("gallery.html")
    let outcome = try caption([scratch.path, "--html", page, "--sidecar", "txt"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("a.txt: already exists") && outcome.errors.contains("c.jpg"))
    #expect(try scratch.entries() == ["a.jpg", "a.txt", "b.jpg", "b.txt", "c.jpg", "gallery.html"])
    #expect(try String(contentsOfFile: scratch.file("a.txt"), encoding: .utf8) == "mine")
    #expect(try String(contentsOfFile: scratch.file("b.txt"), encoding: .utf8) == "\(Self.truth)\n")
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("Not captioned") && html.contains("a.txt: already exists"))
    #expect(!html.contains(scratch.path))
    let again = try caption([scratch.file("a.jpg"), "--sidecar", "txt"])
    #expect(again.status == 73)
    #expect(PrintedCaptions.parse(again.output).count == 1)
    let forced = try caption([scratch.file("a.jpg"), "--sidecar", "txt", "--html", page, "--force"])
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(try String(contentsOfFile: scratch.file("a.txt"), encoding: .utf8) == "\(Self.truth)\n")
  }

  @Test("a caption below --min-probability gets no sidecar, and that is said")
  func minimum() throws {
    let scratch = try folder("a.jpg")
    let outcome = try caption([scratch.file("a.jpg"), "--sidecar", "json", "--min-probability", "1"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("no sidecar was written, because its best caption has the probability"))
    #expect(outcome.errors.contains("wrote 0 sidecars, left out 1"))
    #expect(try scratch.entries() == ["a.jpg"])
  }

  @Test("a page that is there ends the run before a picture is captioned, with 73")
  func existingPage() throws {
    let scratch = try folder("a.jpg")
    let page = try scratch.write(Array("old".utf8), to: "gallery.html")
    let outcome = try caption([scratch.file("a.jpg"), "--html", page, "--sidecar", "txt"])
    #expect(outcome.status == 73)
    #expect(outcome.output.isEmpty && outcome.errors.contains("--force"))
    #expect(try scratch.entries() == ["a.jpg", "gallery.html"])
    #expect(try caption([scratch.file("a.jpg"), "--html", scratch.file("none/x.html")]).status == 73)
  }

  @Test("two pictures with one sidecar, or outputs over inputs, are a usage error and nothing is written")
  func names() throws {
    let scratch = try folder("a.jpg", "a.png")
    for arguments in [
      [scratch.path, "--sidecar", "txt"], [scratch.file("a.jpg"), "--html", scratch.file("a.jpg"), "--force"],
      [scratch.file("a.jpg"), "--sidecar", "txt", "--html", scratch.file("a.txt")],
    ] {
      let outcome = try caption(arguments)
      #expect(outcome.status == 64, "\(arguments)")
      #expect(outcome.output.isEmpty && outcome.errors.contains("Nothing was written"), "\(outcome.errors)")
      #expect(try scratch.entries() == ["a.jpg", "a.png"])
    }
  }

  @Test(
    "options that belong together are asked for together",
    arguments: [
      ["--force"], ["--min-probability", "0.5"], ["--parents"], ["--sidecar", "txt", "--parents"],
      ["--sidecar", "txt", "--min-probability", "1.5"], ["--sidecar", "txt", "--min-probability", "nan"],
      ["--sidecar", "yaml"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try caption([Self.image] + arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
