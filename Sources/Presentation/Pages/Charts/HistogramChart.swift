internal import Essentials
package import Inspection
package import Markup
package import Messages

/// One histogram, or two in one drawing. The axis of counts is logarithmic, so that a single outlier is visible next to
/// millions.
package struct HistogramChart: Sendable {
  /// A histogram and what it shows.
  package struct Series: Sendable {
    /// What it shows, for the legend; a single histogram has none.
    package var label: Message
    /// The counts.
    package var histogram: ValueHistogram

    /// A histogram and what it shows.
    package init(_ label: Message, _ histogram: ValueHistogram) {
      (self.label, self.histogram) = (label, histogram)
    }
  }

  /// What is drawn: the first as bars, the second as a line over them.
  package var series: [Series]
  /// What the drawing is, such as the tensor's name.
  package var title: HTML

  /// A drawing of one or two histograms.
  package init(_ series: [Series], title: HTML) {
    (self.series, self.title) = (series, title)
  }

  private static let width = 640.0
  private static let height = 240.0
  private static let left = 52.0
  private static let right = 612.0
  private static let top = 12.0
  private static let bottom = 208.0

  /// An `svg` element.
  package var html: HTML {
    let histograms = series.map(\.histogram)
    let scale = ChartScale(
      from: histograms.map(\.lower).min() ?? 0, to: histograms.map(\.upper).max() ?? 0, at: Self.left, Self.right)
    let largest = max(1, histograms.map(\.largestCount).max() ?? 1)
    var content: HTML = ""
    var count = 1
    while count <= largest {
      let y = Self.y(count, largest)
      content += """
        <path class="axis" d="M\(at: Self.left) \(at: y)H\(at: Self.right)"/>\
        <text class="soft end" x="\(at: Self.left - 6)" y="\(at: y + 4)">\(Self.countText(count))</text>
        """
      let (next, overflow) = count.multipliedReportingOverflow(by: 10)
      if overflow { break }
      count = next
    }
    for tick in scale.ticks(6) {
      let x = scale.place(of: tick)
      content += """
        <path class="axis" d="M\(at: x) \(at: Self.bottom)v5"/>\
        <text class="soft middle" x="\(at: x)" y="\(at: Self.bottom + 18)">\(ChartScale.text(tick))</text>
        """
    }
    if let first = series.first {
      content += "<path class=\"bar\" d=\"\(Self.path(first.histogram, scale, largest, isClosed: true))\"/>"
    }
    for other in series.dropFirst() {
      content += "<path class=\"line second\" d=\"\(Self.path(other.histogram, scale, largest, isClosed: false))\"/>"
    }
    content += "<path class=\"axis\" d=\"M\(at: Self.left) \(at: Self.bottom)H\(at: Self.right)\"/>"
    if scale.lower < 0, scale.upper > 0 {
      content += "<path class=\"zero\" d=\"M\(at: scale.place(of: 0)) \(at: Self.top)V\(at: Self.bottom)\"/>"
    }
    content += legend
    return SVG.drawing(
      width: Self.width, height: Self.height, title: "Histogram of \(title)", description: "\(description)", content)
  }

  /// What the drawing shows, in words.
  private var description: Message {
    let parts = series.map { series -> Message in
      let histogram = series.histogram
      let label: Message = self.series.count > 1 ? "\(series.label): " : ""
      let total = histogram.counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
      guard let peak = histogram.counts.indices.max(by: { histogram.counts[$0] < histogram.counts[$1] }) else {
        return ""
      }
      let width = (histogram.upper - histogram.lower) / Double(histogram.counts.count)
      let place = histogram.lower + (Double(peak) + 0.5) * width
      return """
        \(label)\(HumanText.count(total, "value")) from \(ChartScale.text(histogram.lower)) to \
        \(ChartScale.text(histogram.upper)), most of them around \(ChartScale.text(place)). The axis of counts is logarithmic.
        """
    }
    return parts.joined(separator: " ")
  }

  private var legend: HTML {
    guard series.count > 1 else { return "" }
    return series.enumerated().map { index, series -> HTML in
      // Above the bars; the highest bar ends at the top.
      let x = Self.left + 190 * Double(index)
      let mark: HTML =
        index == 0
        ? "<rect class=\"bar\" x=\"\(at: x)\" width=\"14\" height=\"9\"/>"
        : "<path class=\"line second\" d=\"M\(at: x) 5h14\"/>"
      return "\(mark)<text x=\"\(at: x + 20)\" y=\"9\">\(series.label.prefix(26))</text>"
    }.joined()
  }

  /// A count of one is higher than none; each line is ten times the one below.
  private static func y(_ count: Int, _ largest: Int) -> Double {
    guard count > 0 else { return bottom }
    let part = (log10(Double(count)) + 0.4) / (log10(Double(largest)) + 0.4)
    return bottom - (bottom - top) * part
  }

  private static func path(_ histogram: ValueHistogram, _ scale: ChartScale, _ largest: Int, isClosed: Bool) -> HTML {
    let count = Double(max(1, histogram.counts.count))
    // If all values are the same, a bar in the middle.
    let (lower, upper) =
      histogram.lower < histogram.upper ? (histogram.lower, histogram.upper) : (scale.lower, scale.upper)
    func x(_ place: Int) -> Double {
      scale.place(of: lower * (1 - Double(place) / count) + upper * (Double(place) / count))
    }
    var path: HTML = "M\(at: x(0)) \(at: bottom)"
    var last = bottom
    for (index, count) in histogram.counts.enumerated() {
      let y = y(count, largest)
      if y != last { path += "V\(at: y)" }
      last = y
      // One step for adjacent bars of the same height.
      if index + 1 == histogram.counts.count || histogram.counts[index + 1] != count { path += "H\(at: x(index + 1))" }
    }
    return "\(path)V\(at: bottom)\(isClosed ? "Z" : "" as HTML)"
  }

  private static func countText(_ count: Int) -> Message {
    switch count {
    case 1_000_000_000...: "\(count / 1_000_000_000) G"
    case 1_000_000...: "\(count / 1_000_000) M"
    case 1000...: "\(count / 1000) k"
    default: "\(count)"
    }
  }
}
