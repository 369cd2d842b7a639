internal import Markup
internal import Messages
internal import Portraits

/// The plane of the most frequent words.
enum PlaneFigure {
  private static let width = 1_000.0
  private static let margin = 46.0

  static func html(_ plane: WordPlane) -> HTML {
    let places = Places(plane)
    let dots = zip(plane.points, places.places).enumerated().map { index, pair -> HTML in
      let (point, place) = pair
      let count: Message = point.count.map { ", \(HumanText.count($0, "time"))" } ?? ""
      let label = labels(point.word)
      // Words without room are shown where a reader points at them, goes to them with the keyboard, or comes from the table.
      let spot = place.label ?? (x: place.x + 7, y: place.y + 4, anchor: .start)
      let text: HTML = """
        <text class="\(spot.anchor.rawValue)\(place.label == nil ? " hid" : "")" x="\(at: spot.x)" y="\(at: spot.y)">\(label)</text>
        """
      let name: Message = "\(Message.name(point.word, limit: 60))\(count)"
      let keys: HTML = place.label == nil ? " tabindex=\"0\" role=\"img\" aria-label=\"\(name)\"" : ""
      return """
        <g id="plane-\(index)"\(keys)><title>\(name)</title><circle class="dot" cx="\(at: place.x)" cy="\(at: place.y)" \
        r="3"/>\(text)</g>
        """
    }
    let hidden = places.places.count { $0.label == nil }
    let percents = plane.shares.map { HumanText.percent($0 * 100).text }
    let drawing = SVG.drawing(
      width: width, height: places.height, title: "The most frequent words in a plane",
      description: """
        \(HumanText.count(plane.points.count, "word")) as points; words that are near each other are near in the embedding, as far as two of its \
        directions show. A table of the places follows.
        """, hasParts: true, "\(dots)")
    let without: Message =
      hidden > 0
      ? " \(HumanText.count(hidden, "word")) had no room for a name: point at a dot, or go through them with the Tab key."
      : ""
    let signs: Message = plane.shares.count == 2 ? "\(percents[0]) % and \(percents[1]) %" : ""
    let rows = plane.points.enumerated().map { index, point -> HTML in
      """
      <tr><th scope="row"><a href="#plane-\(index)">\(WordSection.word(point.word))</a></th><td class="number">\(ChartScale.text(point.x))</td>\
      <td class="number">\(ChartScale.text(point.y))</td></tr>

      """
    }
    return """
      <h3>A plane of words</h3>
      <p>The \(HumanText.count(plane.points.count, "most frequent word", "most frequent words")) by their first two principal components, \
      which have \(signs) of the variance. Signs and markers are left out.\(without)</p>
      \(hidden > 0 ? "<p><a class=\"skip\" href=\"#places\">Skip the dots</a></p>" as HTML : "")
      <div class="plane">\(HTML.figure(drawing, caption: "Words by the first two principal components of the embedding."))</div>
      <details id="places"><summary>The places as a table; each word leads to its dot</summary><div class="scroll" tabindex="0" role="group" aria-label="Places of words"><table>
      <thead><tr><th scope="col">word</th><th scope="col" class="number">first</th><th scope="col" class="number">second</th></tr></thead>
      <tbody>\(rows)</tbody></table></div></details>

      """
  }

  private static func labels(_ word: String) -> Message { Message.name(word, limit: 20) }

  private enum Anchor: String { case start, middle, end }

  /// The places of the points, and the names of as many as there is room for, the most frequent first.
  private struct Places {
    struct Place {
      let x: Double
      let y: Double
      var label: (x: Double, y: Double, anchor: Anchor)?
    }

    private struct Box {
      let left: Double, right: Double, top: Double, bottom: Double

      func meets(_ other: Box) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
      }
    }

    private(set) var places: [Place] = []
    let height: Double

    init(_ plane: WordPlane) {
      let (xs, ys) = (plane.points.map(\.x), plane.points.map(\.y))
      let (left, right) = (xs.min() ?? 0, xs.max() ?? 0)
      let (low, high) = (ys.min() ?? 0, ys.max() ?? 0)
      let room = width - 2 * margin
      // The same scale in both directions, unless one of them has hardly any extent.
      let across = right > left ? room / (right - left) : 0
      let naturalHeight = (high - low) * across
      let fitted = min(700, max(320, naturalHeight.isFinite ? naturalHeight : 320))
      let scaleY = high > low ? fitted / (high - low) : 0
      let scaleX = naturalHeight > fitted ? scaleY : across
      let indent = margin + (room - (right - left) * scaleX) / 2
      height = fitted + 2 * margin
      places = plane.points.map { point in
        Place(x: indent + (point.x - left) * scaleX, y: margin + (high - point.y) * scaleY)
      }
      let dots = places.map { Box(left: $0.x - 3, right: $0.x + 3, top: $0.y - 3, bottom: $0.y + 3) }
      var taken: [Box] = []
      for (index, point) in plane.points.enumerated() {
        let wide = PlaneFigure.width(of: PlaneFigure.labels(point.word).text)
        let (x, y) = (places[index].x, places[index].y)
        let candidates: [(x: Double, y: Double, anchor: Anchor)] = [
          (x + 6, y + 4, .start), (x - 6, y + 4, .end), (x, y - 6, .middle), (x, y + 14, .middle),
          (x + 5, y - 4, .start), (x - 5, y - 4, .end), (x + 5, y + 11, .start), (x - 5, y + 11, .end),
        ]
        for candidate in candidates {
          let start =
            switch candidate.anchor {
            case .start: candidate.x
            case .middle: candidate.x - wide / 2
            case .end: candidate.x - wide
            }
          let box = Box(left: start - 1, right: start + wide + 1, top: candidate.y - 10, bottom: candidate.y + 3)
          guard box.left >= 0, box.right <= PlaneFigure.width, box.top >= 0, box.bottom <= height else { continue }
          guard !taken.contains(where: box.meets) else { continue }
          guard !dots.enumerated().contains(where: { $0.offset != index && box.meets($0.element) }) else { continue }
          taken.append(box)
          places[index].label = candidate
          break
        }
      }
    }
  }

  /// About how wide a text of 11 units is.
  private static func width(of text: String) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 11 : "mwMW".unicodeScalars.contains($1) ? 9.5 : 6.3) }
  }
}
