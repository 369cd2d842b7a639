internal import Comparison
internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// A closer look at the largest changes: both histograms in one drawing, statistics side by side, and where the values
/// changed.
struct DetailsSection {
  private let contrast: SourceContrast

  init(_ contrast: SourceContrast) { self.contrast = contrast }

  /// Nil if there are none.
  var section: PageSection? {
    let parts = contrast.details.sorted { $0.key < $1.key }.map { place, detail in
      ChangeDetail(contrast.changes[place], detail, place: place).html
    }
    guard !parts.isEmpty else { return nil }
    let title: HTML =
      parts.count == 1 ? "The change in detail" : "The \(HumanText.grouped(parts.count)) largest changes in detail"
    return PageSection(id: "details", title: title, parts.joined())
  }
}

/// One of them.
struct ChangeDetail {
  private let change: SourceContrast.Change
  private let detail: SourceContrast.Detail
  private let place: Int
  private let name: String

  init(_ change: SourceContrast.Change, _ detail: SourceContrast.Detail, place: Int) {
    (self.change, self.detail, self.place) = (change, detail, place)
    name = change.difference.name
  }

  var html: HTML {
    """
    <article class="detail" id="d\(place)" aria-labelledby="d\(place)-title">
    <h3 id="d\(place)-title"><a href="#t\(place)">\(HTML.name(name))</a></h3>
    <p class="soft">\(facts.joined(separator: " · "))</p>
    <div class="charts">\(histogram)\(statistics)\(heatMaps)\(channels)</div>
    </article>

    """
  }

  private var facts: [Message] {
    let difference = change.difference
    var facts: [Message] = []
    let (left, right) = (difference.left, difference.right)
    let (from, to): (Message, Message) = (
      "\(left.dtype) \(.axes(left.shape))", "\(right.dtype) \(.axes(right.shape))"
    )
    facts.append(from == to ? from : "\(from) → \(to)")
    if let measure = change.measure { facts.append("changed by \(ContrastText.size(measure))") }
    guard let values = difference.values else { return facts }
    facts.append(
      """
      \(HumanText.grouped(values.differingCount)) of \(HumanText.count(values.elementCount, "value")) \
      \(values.differingCount.noun("differs", "differ")) (\(HumanText.percent(100 * values.share)) %)
      """)
    if let largest = values.largest, values.maximumAbsolute != nil {
      facts.append(
        "the most at \(Message.place(largest.index)): \(.name(largest.left, limit: 40)) → \(.name(largest.right, limit: 40))"
      )
    }
    // A larger number only says that a sign or an exponent changed.
    if let steps = values.maximumULP, steps <= 4096 {
      facts.append("by at most \(Int(exactly: steps).map(HumanText.grouped) ?? "\(steps)") units in the last place")
    }
    return facts
  }

  private var histogram: HTML {
    guard let pair = detail.histograms else { return "" }
    let chart = HistogramChart(
      [HistogramChart.Series("A", pair.left), HistogramChart.Series("B", pair.right)], title: title("A and B"))
    let sample: Message = pair.isSampled ? "; of samples of the values" : ""
    return .figure(
      chart.html,
      caption: "Values of A (filled) and B (line), and how many there are of each, on a logarithmic axis\(sample)")
  }

  private var statistics: HTML {
    let rows = StatisticsRows(detail.left, detail.right).rows.map { row -> HTML in
      "<tr><th scope=\"row\">\(row.title)</th><td class=\"number\">\(row.left)</td><td class=\"number\">\(row.right)</td></tr>\n"
    }
    return """
      <div class="scroll" tabindex="0" role="group" aria-label="Statistics"><table class="percentiles">
      <thead><tr><td></td><th scope="col" class="number"><span class="key first"></span>A</th>\
      <th scope="col" class="number"><span class="key second"></span>B</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>

      """
  }

  private var heatMaps: HTML {
    let grids = (detail.difference?.grids ?? []).filter { $0.rowCount > 0 && $0.columnCount > 0 }
    guard let first = grids.first else { return "" }
    let limit = HeatMap.limit(of: grids)
    let maps = grids.map { HeatMap($0, title: "|B − A| of \(.name(name, limit: 80))", limit: limit) }
    var words: [Message] = ["How far values moved, |B − A|."]
    if grids.count > 1 || first.slice != nil { words.append("Slices of the tensor.") }
    if first.cellRowCount * first.cellColumnCount > 1 {
      words.append("Each cell is the mean of up to \(first.cellRowCount) by \(first.cellColumnCount) values.")
    }
    let beyond = maps.reduce(0) { $0 + $1.beyondCount }
    if beyond > 0 {
      words.append("\(HumanText.count(beyond, "cell")) \(beyond.noun("lies", "lie")) beyond the colors' end.")
    }
    let broken = maps.reduce(0) { $0 + $1.brokenCount }
    if broken > 0 {
      words.append(
        "\(HumanText.count(broken, "cell")) in magenta \(broken.noun("has", "have")) a value that is not finite on one side."
      )
    }
    return """
      <figure><div class="scroll" tabindex="0" role="group" aria-label="Heat map of the change">\(maps.map(\.html))</div>\
      <figcaption><span class="ramp-box"><span>0</span><span class="ramp up" role="img" aria-label="the farther, the stronger the color"></span>\
      <span>\(ChartScale.text(limit))</span></span> \(words.joined(separator: " "))</figcaption></figure>

      """
  }

  private var channels: HTML {
    guard let channels = detail.difference?.channels, channels.minima.count > 1 else { return "" }
    let same = channels.deadChannels.count
    let words: Message =
      same == 0
      ? ""
      : " \(HumanText.count(same, "channel")) did not change\(same == 1 ? " (mark under the axis)" : " (marks under the axis)" as Message)."
    return .figure(
      ChannelChart(channels, title: title("B − A")).html,
      caption: """
        B − A in each channel along axis \(channels.axis) (\(HumanText.grouped(channels.minima.count))): minimum to maximum, one \
        standard deviation around the mean, and the mean.\(words)
        """)
  }

  private func title(_ what: Message) -> HTML { "\(what): \(Message.name(name, limit: 80))" }
}

extension Message {
  /// The index of an element, such as `[3, 0, 17]`; for a scalar, words.
  static func place(_ index: [Int]) -> Message {
    index.isEmpty ? "its only value" : "[\(index.prefix(12).map { "\($0)" as Message }.joined(separator: ", "))]"
  }
}
