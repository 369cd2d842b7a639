import Captioning
import Explanation
import Foundation
import Images
import Markup
import Messages
import Pages
import Testing

@Suite("The page of an explanation")
struct ExplanationPageTests {
  static func page(words: [String], drops: [Double] = [3, 0, -1, 0.01], preview: PicturePreview? = nil) throws -> String
  {
    let grid = try PatchGrid(side: 2)
    let explanation = CaptionExplanation(
      caption: PrintedCaption(
        caption: Caption(ids: [0], logprob: -0.1, score: -0.1, isComplete: true), text: words.joined(separator: " ")),
      words: words.enumerated().map { index, word in
        CaptionExplanation.Word(
          id: index, text: word, probability: 0.8, map: OcclusionMap(grid: grid, drops: drops))
      }, grid: grid)
    return ExplanationPage(explanation, preview: preview, path: "a<b>.jpg", model: "m\u{202e}.ckpt").page.html.markup
  }

  @Test("every word of the sentence links to its figure, which has a title and says what the map shows")
  func figures() throws {
    let markup = try Self.page(
      words: ["a", "star"],
      preview: PicturePreview(jpeg: [0xff, 0xd8], width: 40, height: 30, storedWidth: 40, storedHeight: 30))
    for number in 1...2 {
      #expect(markup.contains("href=\"#word-\(number)\""))
      #expect(markup.contains("<figure class=\"word\" id=\"word-\(number)\">"))
    }
    #expect(markup.components(separatedBy: "<title>").count == 5)
    #expect(markup.components(separatedBy: "<desc>").count == 4)
    #expect(markup.contains("<strong>Upper left</strong>"))
    // The picture is there once, and shown again by name.
    #expect(markup.components(separatedBy: "data:image/jpeg").count == 2)
    #expect(markup.components(separatedBy: "href=\"#whole-picture\"").count == 3)
  }

  @Test("a word that depends on no particular part says so and has no frame")
  func nowhere() throws {
    let markup = try Self.page(words: ["of"], drops: [0, 0, 0, 0])
    #expect(markup.contains("class=\"free\""))
    #expect(markup.contains("No particular part"))
    // The frame of what the network sees alone.
    #expect(markup.components(separatedBy: "class=\"outline\"").count == 2)
  }

  @Test("untrusted words and names are text, and cut if they are long")
  func hostile() throws {
    let long = String(repeating: "x", count: 65_536)
    let markup = try Self.page(words: ["<script>alert(1)</script>", "\"onload=\"x", long])
    #expect(!markup.contains("<script>") && !markup.contains("\"onload"))
    #expect(!markup.contains("a<b>") && !markup.contains("\u{202e}"))
    #expect(markup.utf8.count < 60_000)
    #expect(markup.contains("65,536 bytes in all"))
  }
}
