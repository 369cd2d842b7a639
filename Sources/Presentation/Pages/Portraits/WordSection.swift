internal import Markup
internal import Messages
internal import Portraits

/// The embedding with its words.
enum WordSection {
  static func section(_ portraits: ModelPortraits) -> PageSection? {
    guard let vectors = portraits.vectors, let words = portraits.words else { return nil }
    let considered: Message =
      vectors.consideredCount < words.count
      ? " Only the \(HumanText.grouped(vectors.consideredCount)) most frequent words are considered, to save memory."
      : ""
    let leftOut: Message =
      vectors.leftOutCount > 0
      ? " \(HumanText.count(vectors.leftOutCount, "word")) \(vectors.leftOutCount.noun("is", "are")) left out: the numbers are all 0, or NaN or infinite."
      : ""
    return PageSection(
      id: "portrait-words", title: "What the words mean to the model",
      """
      <p>\(HTML.name(vectors.name)) has \(HumanText.grouped(vectors.depth)) numbers for each of \
      \(HumanText.count(words.count, "word")). The words are those of \(HTML.name(words.path)).\(considered)\(leftOut)</p>
      \(nearest(portraits.nearest))\(portraits.plane.map(PlaneFigure.html))
      """)
  }

  private static func nearest(_ nearest: [NearestWords]) -> HTML {
    guard !nearest.isEmpty else { return "" }
    let entries = nearest.map { entry -> HTML in
      let neighbors = entry.neighbors.map { neighbor -> HTML in
        "<span>\(word(neighbor.word)) <small>\(cosine(neighbor.cosine))</small></span>"
      }
      return "<li><b>\(word(entry.word))</b> <span>\(neighbors.joined(separator: ", "))</span></li>\n"
    }
    return """
      <h3>Nearest words</h3>
      <p>The words whose numbers point in nearly the same direction, with the cosine of the angle: 1 is the same direction, 0 is \
      nothing in common. For the \(HumanText.count(nearest.count, "most frequent content word", "most frequent content words")) of three letters \
      or more.</p>
      <ul class="nearest">
      \(entries)</ul>

      """
  }

  static func word(_ word: String) -> HTML { "<bdi>\(Message.name(word, limit: 24))</bdi>" }

  private static func cosine(_ value: Double) -> Message {
    let hundredths = Int((value * 100).rounded())
    let digits = abs(hundredths) % 100
    return "\(hundredths < 0 ? "−" : "")\(abs(hundredths) / 100).\(digits < 10 ? "0" : "")\(digits)"
  }
}
