internal import Captioning
package import Explanation
internal import Essentials
package import Images
package import Markup
internal import Messages

/// A picture, its caption, and a map for each word of what it depends on.
package struct ExplanationPage: Sendable {
  private let explanation: CaptionExplanation
  private let preview: PicturePreview?
  private let path: String
  private let model: String

  /// The most pixels of a picture's longer side on the page.
  package static let pictureSide = 960

  /// The page of an explanation.
  ///
  /// - Parameters:
  ///   - explanation: the words and their maps.
  ///   - preview: the picture; nil shows the maps alone.
  ///   - path: the picture's path.
  ///   - model: the model's.
  package init(_ explanation: CaptionExplanation, preview: PicturePreview?, path: String, model: String) {
    (self.explanation, self.preview, self.path, self.model) = (explanation, preview, path, model)
  }

  /// The page.
  package var page: Page {
    Page(
      title: "Why \(Message.name(path)) has its caption",
      body: PageFrame(title: "Why the model said so", lead: lead, main: content).body, styles: [.explanation])
  }

  /// What is under the heading; pages with another frame use it too.
  package var content: HTML {
    "\(sentence)\(overview)\(maps)\(table)"
  }

  /// The styles that a page needs for the content.
  package static let styles: [Style] = [.explanation]

  private var lead: HTML {
    "<p class=\"soft\">\(HTML.name(path)), captioned by \(HTML.name(model))</p>"
  }

  /// The caption, each word a link to its map.
  private var sentence: HTML {
    let words = explanation.words.enumerated().map { index, word -> HTML in
      let kind: HTML = word.map.strongest == nil ? "free" : "bound"
      return "<a class=\"\(kind)\" href=\"#word-\(index + 1)\">\(Message.name(word.text, limit: 40))</a>"
    }
    let cut: HTML = explanation.caption.caption.isComplete ? "" : " The caption was cut off at the maximum length."
    return """
      <p class="sentence">\(words.joined(separator: " "))</p>
      <p>The model finds this caption \(percent(explanation.caption.caption.probability)) probable.\(cut) Select a \
      word to see the part of the picture that it depends on; words with a dotted underline depend on no particular part.</p>

      """
  }

  private var overview: HTML {
    let side = explanation.grid.side
    let turned: HTML? =
      explanation.grid.orientation == .upright
      ? nil
      : """
      <p>The picture is shown upright, as its EXIF data specifies. The network saw it as it is stored, turned or mirrored; the maps \
      are turned with the picture.</p>

      """
    return .section(
      id: "picture", title: "What was hidden",
      """
      <div class="overview"><figure class="whole">\(drawing.overview)</figure><div>
      <p>The network does not see the margin outside the frame. Inside it, Decant hid one patch after another, \
      \(side) × \(side) in all, each with a margin of half a patch, under plain gray of the picture's mean brightness. \
      Each time, the model had to say the same caption.</p>
      <p>A word depends on a patch if it is less probable without it. In the maps, such patches are \
      <span class="key needs">orange</span>: the stronger the color, the more of the word's probability is lost. \
      <span class="key against">Blue</span> patches count against the word: without them, it is more probable. \
      A white frame marks the patch that matters most.</p>
      <p>If a word keeps \(percent(exp(-OcclusionMap.leastDrop))) of its probability or more whichever patch is hidden, it \
      depends on no particular part: the words before it are enough, or the picture as a whole.</p>
      \(turned)</div></div>
      """)
  }

  private var maps: HTML {
    let figures = explanation.words.enumerated().map { index, word in
      WordFigure(number: index + 1, word: word, drawing: drawing).html
    }
    return .section(id: "words", title: "Word by word", "<div class=\"maps\">\n\(figures)</div>")
  }

  private var table: HTML {
    let rows = explanation.words.map { word -> HTML in
      """
      <tr><th scope="row">\(Message.name(word.text, limit: 40))</th><td class="number">\(percent(word.probability))</td>\
      <td>\(word.region)</td>\
      <td class="number">\(word.probabilityWithoutStrongest.map(percent) ?? "")</td></tr>

      """
    }
    return .section(
      id: "figures", title: "In figures",
      """
      <div class="scroll"><table><caption>Each word's probability after the words before it</caption>
      <thead><tr><th scope="col">Word</th><th scope="col" class="number">Probability</th>\
      <th scope="col">Depends most on</th><th scope="col" class="number">Without that patch</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """)
  }

  private var drawing: PatchDrawing { PatchDrawing(grid: explanation.grid, preview: preview) }
}

/// A probability as a percentage.
func percent(_ probability: Double) -> HTML { "\(CaptionExplanation.percent(probability))" }
