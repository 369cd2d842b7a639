internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// Some tensors in detail: their histogram, percentiles, pictures and channels.
struct DetailSection {
  private let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  var section: PageSection {
    let rows = content.profile.rows
    // The largest first, as in the map.
    let places = content.profile.details.keys.sorted {
      (rows[$1].descriptor.byteCount, $0) < (rows[$0].descriptor.byteCount, $1)
    }
    let named = content.detailNames.compactMap { content.source.descriptors.index(ofName: $0) }
      .filter { content.profile.details[$0] == nil }
    guard !places.isEmpty || !named.isEmpty else {
      return PageSection(
        id: "details", title: "In detail",
        "<p>No tensor was requested with <code>--details</code> or <code>--tensor</code>.</p>")
    }
    let all = places.count == rows.count
    let introduction: HTML =
      all
      ? ""
      : """
      <p>\(HumanText.count(places.count, "tensor")) of \(HumanText.grouped(rows.count)): the largest, and those that you asked for. \
      See more with <code>--details N</code>, or a particular one with <code>--tensor NAME</code>.</p>
      """
    let parts = places.compactMap { index in content.profile.details[index].map { detail(index, $0) } }
    return PageSection(
      id: "details", title: "Tensors in detail",
      "\(introduction)\(parts)\(Set(named).sorted().map { unprofiled($0) })")
  }

  private func detail(_ index: Int, _ profile: TensorProfile) -> HTML {
    let descriptor = content.profile.rows[index].descriptor
    let title = HTML.name(descriptor.name)
    return """
      <article class="detail" id="d\(index)" aria-labelledby="d\(index)-title">
      <h3 id="d\(index)-title">\(title)</h3>
      <p class="soft">\(facts(descriptor, profile))</p>
      \(broken(profile.statistics))<div class="charts">\(histogram(descriptor, profile))\(percentiles(profile))</div>
      <div class="charts">\(heatMaps(descriptor, profile))\(channels(descriptor, profile))</div>
      <p class="no-print">\(link(index))</p>
      </article>

      """
  }

  private func link(_ index: Int) -> HTML { "<a href=\"#t\(index)\">In the table of tensors</a>" }

  /// A tensor that was requested by name but has no numbers, or cannot be read.
  private func unprofiled(_ index: Int) -> HTML {
    let row = content.profile.rows[index]
    let words: HTML =
      switch row.outcome {
      case .failed(let error): "<p class=\"bad\">\("\(error)" as Message)</p>"
      case .skipped: "<p>It \(row.descriptor.dtype.reasonWithoutValues ?? "has no plain values").</p>"
      case .read:
        row.strings.map { strings in
          """
          <p>\(HumanText.count(strings.count, "string")), \(HumanText.count(strings.byteCount, "byte")) in all. \
          <code>decant inspect --values</code> shows them.</p>
          """
        } ?? "<p>It has no numbers.</p>"
      }
    return """
      <article class="detail" id="d\(index)" aria-labelledby="d\(index)-title">
      <h3 id="d\(index)-title">\(HTML.name(row.descriptor.name))</h3>
      <p class="soft">\(row.descriptor.dtype.name) \(Message.shape(row.descriptor))</p>\(words)</article>

      """
  }

  private func facts(_ descriptor: TensorDescriptor, _ profile: TensorProfile) -> Message {
    let statistics = profile.statistics
    var facts: [Message] = [
      "\(descriptor.dtype.name) \(Message.shape(descriptor))",
      HumanText.count(descriptor.shape.elementCount, "parameter"),
      HumanText.bytes(descriptor.byteCount),
    ]
    if let mean = statistics.mean, let deviation = statistics.standardDeviation {
      facts.append("mean \(HumanText.significant(mean, 4))")
      facts.append("standard deviation \(HumanText.significant(deviation, 4))")
    }
    if statistics.zeroCount > 0 { facts.append(HumanText.count(statistics.zeroCount, "zero")) }
    if let location = descriptor.location, content.source.files.indices.contains(location.file) {
      facts.append(
        "\(.name(content.source.files[location.file].name, limit: 60)) at byte \(HumanText.grouped(location.offset))")
    }
    if let origin = content.source.origin(of: descriptor)?.words(besides: descriptor.name), !origin.isEmpty {
      facts.append(.name(origin.text, limit: 160))
    }
    return facts.joined(separator: " · ")
  }

  private func broken(_ statistics: TensorStatistics) -> HTML {
    var words: [Message] = []
    if statistics.nanCount > 0 { words.append("\(HumanText.grouped(statistics.nanCount)) NaN") }
    if statistics.infinityCount > 0 { words.append("\(HumanText.grouped(statistics.infinityCount)) infinite") }
    guard !words.isEmpty else { return "" }
    let all = statistics.finiteCount == 0 ? ": none is a finite number" as Message : ""
    return
      "<p class=\"bad\">Of \(HumanText.count(statistics.valueCount, "value")) \(words.joined(separator: " and "))\(all).</p>\n"
  }

  private func histogram(_ descriptor: TensorDescriptor, _ profile: TensorProfile) -> HTML {
    guard let distribution = profile.distribution else { return "" }
    let chart = HistogramChart(
      [HistogramChart.Series("values", distribution.histogram(binCount: 80))], title: HTML.title(descriptor))
    let sample: Message =
      distribution.sampleCount.map { ", of a sample of \(HumanText.count($0, "value"))" } ?? ""
    return .figure(chart.html, caption: "Values, and how many there are of each, on a logarithmic axis\(sample)")
  }

  private func percentiles(_ profile: TensorProfile) -> HTML {
    guard let distribution = profile.distribution, profile.statistics.finiteCount > 1 else { return "" }
    let rows = [0, 0.1, 1, 5, 25, 50, 75, 95, 99, 99.9, 100].map { percent -> HTML in
      let title: HTML =
        switch percent {
        case 0: "minimum"
        case 50: "median"
        case 100: "maximum"
        default: "\(HumanText.significant(percent, 3)) %"
        }
      return """
        <tr><th scope="row">\(title)</th><td class="number">\(HumanText.significant(distribution.percentile(percent), 4))</td></tr>
        """
    }
    let sample: HTML = distribution.sampleCount.map { " (of a sample of \(HumanText.grouped($0)))" } ?? ""
    return """
      <div class="scroll" tabindex="0" role="group" aria-label="Percentiles"><table class="percentiles"><caption>Percentiles\(sample)\
      </caption><tbody>\(rows)</tbody></table></div>
      """
  }

  private func heatMaps(_ descriptor: TensorDescriptor, _ profile: TensorProfile) -> HTML {
    let grids = profile.grids.filter { $0.rowCount > 0 && $0.columnCount > 0 }
    guard let first = grids.first, profile.statistics.finiteCount > 0 else { return "" }
    let limit = HeatMap.limit(of: grids)
    let maps = grids.map { HeatMap($0, title: .name(descriptor.name, limit: 80), limit: limit) }
    let cell: Message =
      first.cellRowCount * first.cellColumnCount > 1
      ? "Each cell is the mean of up to \(first.cellRowCount) by \(first.cellColumnCount) values. " : ""
    let beyond = maps.reduce(0) { $0 + $1.beyondCount }
    let clipped: Message =
      beyond > 0 ? "\(HumanText.count(beyond, "cell")) \(beyond.noun("lies", "lie")) beyond the colors' ends. " : ""
    let broken = maps.reduce(0) { $0 + $1.brokenCount }
    let notFinite: Message =
      broken > 0
      ? "\(HumanText.count(broken, "cell")) in magenta \(broken.noun("has", "have")) a value that is not finite. " : ""
    let slices: Message = grids.count > 1 || first.slice != nil ? "Slices of the tensor. " : ""
    return """
      <figure><div class="scroll" tabindex="0" role="group" aria-label="Heat map">\(maps.map(\.html))</div>\
      <figcaption>\(HeatMap.legend(limit: limit)) \(slices)\(cell)\(clipped)\(notFinite)</figcaption></figure>

      """
  }

  private func channels(_ descriptor: TensorDescriptor, _ profile: TensorProfile) -> HTML {
    guard let channels = profile.channels, channels.minima.count > 1 else { return "" }
    let dead = channels.deadChannels
    let words: Message =
      dead.isEmpty
      ? ""
      : """
       \(HumanText.count(dead.count, "channel")) \(dead.count.noun("is", "are")) dead, all zeros: \
      \(Message.list(dead.prefix(12).map { "\($0)" }, of: dead.count)).
      """
    return .figure(
      ChannelChart(channels, title: HTML.title(descriptor)).html,
      caption: """
        Output channels along axis \(channels.axis) (\(HumanText.grouped(channels.minima.count))): minimum to maximum, one standard \
        deviation around the mean, and the mean.\(words)
        """)
  }
}

extension HTML {
  /// The name of a tensor in the title of a drawing.
  fileprivate static func title(_ descriptor: TensorDescriptor) -> HTML {
    "\(Message.name(descriptor.name, limit: 80))"
  }
}
