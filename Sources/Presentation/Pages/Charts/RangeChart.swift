package import Markup
package import Messages
package import Portraits

/// The distributions of several sets of numbers, one below the other on one axis: a line from the smallest to the
/// largest, boxes for the middle half and the middle nine tenths, and a mark at the median.
package struct RangeChart: Sendable {
  /// One set of numbers.
  package struct Row: Sendable {
    /// What they are.
    package var label: Message
    /// Their distribution.
    package var spread: Quantiles
    /// What is added to all of them.
    package var shift: Double
    /// Whether the row is highlighted.
    package var isMarked: Bool

    /// A set of numbers.
    package init(_ label: Message, _ spread: Quantiles, shift: Double = 0, isMarked: Bool = false) {
      (self.label, self.spread, self.shift, self.isMarked) = (label, spread, shift, isMarked)
    }
  }

  /// The rows from top to bottom.
  package var rows: [Row]
  /// What the numbers measure.
  package var axis: ChartAxis
  /// What the drawing is.
  package var title: HTML

  /// A chart of distributions.
  package init(_ rows: [Row], axis: ChartAxis, title: HTML) {
    (self.rows, self.axis, self.title) = (rows, axis, title)
  }

  private static let left = 150.0
  private static let right = 626.0
  private static let rowHeight = 30.0

  /// An `svg` element.
  package var html: HTML {
    // Zero is on the axis whatever the numbers are.
    let numbers: [Double] = rows.reduce(into: [0]) { numbers, row in
      numbers += [row.spread.minimum + row.shift, row.spread.maximum + row.shift]
    }
    let scale = axis.fitted(to: numbers, at: Self.left, Self.right)
    let bottom = 8 + Self.rowHeight * Double(rows.count)
    var content: HTML = ""
    for tick in scale.ticks(6) {
      content += """
        <path class="axis" d="M\(at: tick.place) 8V\(at: bottom + 4)"/>\
        <text class="soft middle" x="\(at: tick.place)" y="\(at: bottom + 18)">\(tick.text)</text>
        """
    }
    if let zero = scale.place(of: 0) { content += "<path class=\"zero\" d=\"M\(at: zero) 8V\(at: bottom)\"/>" }
    for (index, row) in rows.enumerated() {
      let middle = 8 + Self.rowHeight * (Double(index) + 0.5)
      func x(_ value: Double) -> Double { scale.place(of: value + row.shift) ?? Self.left }
      func box(_ low: Double, _ high: Double, _ height: Double, _ kind: HTML) -> HTML {
        """
        <rect class="\(kind)\(row.isMarked ? " second" : "")" x="\(at: x(low))" y="\(at: middle - height / 2)" \
        width="\(at: max(1, x(high) - x(low)))" height="\(at: height)"/>
        """
      }
      let spread = row.spread
      content += """
        <text class="end" x="\(at: Self.left - 8)" y="\(at: middle + 4)">\(row.label)</text>\
        <path class="line\(row.isMarked ? " second" : "" as HTML)" \
        d="M\(at: x(spread.minimum)) \(at: middle)H\(at: x(spread.maximum))"/>\
        \(box(spread.p5, spread.p95, 10, "band"))\(box(spread.p25, spread.p75, 16, "band inner"))\
        <path class="median" d="M\(at: x(spread.median)) \(at: middle - 9)v18"/>
        """
    }
    content += "<text class=\"end\" x=\"\(at: Self.right)\" y=\"\(at: bottom + 36)\">\(axis.title) →</text>"
    return SVG.drawing(
      width: 640, height: bottom + 44, title: title, description: "\(rows.map(\.words).joined(separator: " "))", content
    )
  }
}

extension RangeChart.Row {
  fileprivate var words: Message {
    func text(_ value: Double) -> Message { ChartScale.text(value + shift) }
    return """
      \(label): from \(text(spread.minimum)) to \(text(spread.maximum)), half of them from \(text(spread.p25)) to \(text(spread.p75)), \
      median \(text(spread.median)).
      """
  }
}
