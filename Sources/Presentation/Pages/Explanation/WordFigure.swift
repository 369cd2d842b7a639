internal import Explanation
internal import Essentials
internal import Markup
internal import Messages

/// A word's map over the picture, and what it says in words.
struct WordFigure {
  /// The word's place in the caption, from 1.
  let number: Int
  let word: CaptionExplanation.Word
  let drawing: PatchDrawing

  /// The figure.
  var html: HTML {
    """
    <figure class="word" id="word-\(number)">
    <h3>\(name) <span class="soft">\(percent(word.probability))</span></h3>
    \(drawing.map(of: word, title: "What ‘\(name)’ depends on", description: description))
    <figcaption>\(description) <span class="range">Lost log-probability: \(number(word.map.range.lowerBound)) to \
    \(number(word.map.range.upperBound)); full color at \(number(PatchDrawing.limit(of: word.map))).</span></figcaption>
    </figure>

    """
  }

  private var name: Message { .name(word.text, limit: 40) }

  private var description: HTML {
    guard let patch = word.map.strongest, let hidden = word.probabilityWithoutStrongest else {
      return "No particular part: the word stays nearly as probable whichever patch is hidden."
    }
    return """
      <strong>\(patch.region.name.capitalizingFirst)</strong>: without the patch in row \(patch.row + 1), column \
      \(patch.column + 1), the word's probability falls to \(percent(hidden)).
      """
  }

  private func number(_ value: Double) -> String {
    // A number that rounds to zero has no sign.
    let rounded = (value * 100).rounded() / 100
    return DecimalText.fixed(rounded == 0 ? 0 : rounded, decimals: 2).replacing("-", with: "−")
  }
}

extension String {
  fileprivate var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}
