internal import Markup
internal import Messages
internal import Portraits

/// Batch normalization along the depth of the network.
enum NormalizationSection {
  static func section(_ depth: NormalizationDepth) -> PageSection? {
    guard !depth.layers.isEmpty else {
      return PageSection(
        id: "portrait-normalization", title: title, "<p class=\"bad\">None of the layers could be read.</p>")
    }
    let order: Message = depth.order == .graph ? "the order of the graph" : "the order of their names"
    let broken = depth.layers.reduce(0) { $0 + $1.nonFiniteCount }
    let selection: Message =
      depth.layers.count + depth.failedScopes.count < depth.layerCount
      ? " \(HumanText.grouped(depth.layers.count)) of \(HumanText.grouped(depth.layerCount)) are shown, spread evenly."
      : ""
    let failed: Message = "\(names: depth.failedScopes.prefix(5).map { String($0.prefix(80)) })"
    let more = depth.failedScopes.count > 5 ? " and \(depth.failedScopes.count - 5) more" as Message : ""
    return PageSection(
      id: "portrait-normalization", title: title,
      """
      <p>\(HumanText.count(depth.layerCount, "layer")) from left to right, in \(order).\(selection) The line is the median over \
      a layer's channels. The darker band has the middle half of the channels, the lighter band nine tenths of them.</p>
      \(broken > 0 ? "<p class=\"bad\">\(HumanText.count(broken, "value")) \(broken.noun("is", "are")) NaN or infinite and left out.</p>" : "" as HTML)\
      \(depth.failedScopes.isEmpty ? "" : "<p class=\"bad\">Could not be read: \(failed)\(more).</p>" as HTML)
      <div class="pair">
      \(NormalizationDepth.Variable.allCases.map { chart($0, depth) })</div>
      \(table(depth))
      """)
  }

  private static let title: HTML = "Batch normalization along the network"

  private static func chart(_ variable: NormalizationDepth.Variable, _ depth: NormalizationDepth) -> HTML {
    let spreads = depth.layers.map { $0.spread[variable] }
    let found = spreads.compactMap(\.self)
    guard found.count > 1 else { return "" }
    // Variances span powers of ten.
    let isLogarithmic =
      (variable == .variance || variable == .gamma) && found.allSatisfy { $0.p5 > 0 }
      && (found.map(\.p95).max() ?? 0) > 20 * (found.map(\.p5).min() ?? 0)
    let hasTitles = depth.layers.count <= maximumTitledCount
    let places = zip(depth.layers, spreads).map { layer, spread -> LineChart.Place in
      guard let spread else { return LineChart.Place(value: nil) }
      let title: Message =
        hasTitles
        ? "\(Message.name(layer.scope, limit: 80)): median \(ChartScale.text(spread.median)), from \(ChartScale.text(spread.minimum)) to \(ChartScale.text(spread.maximum))"
        : ""
      return LineChart.Place(
        value: spread.median, bands: [spread.p5...spread.p95, spread.p25...spread.p75], title: title)
    }
    let name = words(of: variable)
    let medians = found.map(\.median)
    let chart = LineChart(
      places, x: ChartAxis("layer"), y: ChartAxis(name.axis, isLogarithmic: isLogarithmic),
      title: "\(name.title) by layer",
      description: """
        Medians from \(ChartScale.text(medians.min() ?? 0)) to \(ChartScale.text(medians.max() ?? 0)) over \
        \(HumanText.count(found.count, "layer")).
        """)
    let scale: Message = isLogarithmic ? " The axis is logarithmic." : ""
    return .figure(chart.html, caption: "\(name.title): \(name.meaning).\(scale)")
  }

  /// If there are more layers, no text appears when a reader points at them.
  private static let maximumTitledCount = 200

  private static func words(
    of variable: NormalizationDepth.Variable
  ) -> (title: Message, axis: Message, meaning: Message) {
    switch variable {
    case .mean: ("Running mean", "mean", "what the layer's activations are on average")
    case .variance: ("Running variance", "variance", "how far they vary")
    case .gamma: ("Scale (gamma)", "gamma", "what the normalized activations are multiplied by")
    case .beta: ("Offset (beta)", "beta", "what is added to them")
    }
  }

  private static func table(_ depth: NormalizationDepth) -> HTML {
    func cell(_ value: Double?) -> HTML {
      "<td class=\"number\">\(value.map(ChartScale.text) ?? "–" as Message)</td>"
    }
    let rows = depth.layers.map { layer -> HTML in
      let medians = [NormalizationDepth.Variable.mean, .variance].map { cell(layer.spread[$0]?.median) }
      return """
        <tr><th scope="row">\(HTML.name(layer.scope, limit: 80))</th><td class="number">\
        \(HumanText.grouped(layer.channelCount))</td>\(medians)</tr>

        """
    }
    return """
      <details><summary>The layers as a table</summary>
      <div class="scroll" tabindex="0" role="group" aria-label="Layers with batch normalization"><table>
      <thead><tr><th scope="col">layer</th><th scope="col" class="number">channels</th>\
      <th scope="col" class="number">median mean</th><th scope="col" class="number">median variance</th></tr></thead>
      <tbody>\(rows)</tbody></table></div></details>
      """
  }
}
