internal import Markup
internal import Messages
internal import Portraits

/// Counts of words against their ranks and against the biases of the output.
enum FrequencySection {
  static func section(_ frequencies: WordFrequencies, _ words: WordList) -> PageSection {
    let points = frequencies.points
    let shown: Message =
      points.count < frequencies.wordCount
      ? " \(HumanText.grouped(points.count)) of them are drawn, with larger gaps among the rare ones." : ""
    return PageSection(
      id: "portrait-frequencies", title: "How often words occur",
      """
      <p>\(HumanText.count(frequencies.wordCount, "word")) with their counts from \(HTML.name(words.countPath ?? words.path)).\(shown)</p>
      <div class="pair">\(ranks(frequencies))\(biases(frequencies))</div>
      """)
  }

  private static func title(_ point: WordFrequencies.Point) -> Message {
    "\(Message.name(point.word, limit: 24)): \(HumanText.grouped(point.count)), rank \(HumanText.grouped(point.rank))"
  }

  private static func ranks(_ frequencies: WordFrequencies) -> HTML {
    let points = frequencies.points.map { point in
      ScatterChart.Point(x: Double(point.rank), y: Double(point.count), title: title(point))
    }
    let slope: Message =
      frequencies.slope.map {
        "The count falls with the power \(HumanText.significant($0, 3)) of the rank"
      } ?? "Counts by rank"
    let chart = ScatterChart(
      points, x: ChartAxis("rank", isLogarithmic: true), y: ChartAxis("count", isLogarithmic: true),
      guide: guide(frequencies), title: "Word counts by rank",
      description: """
        \(slope). The most frequent word occurs \(HumanText.count(frequencies.points.first?.count ?? 0, "time")). Both axes are logarithmic.
        """)
    return .figure(
      chart.html,
      caption: "\(slope); by Zipf's law, the dashed line, with the power -1. Both axes are logarithmic.")
  }

  /// A line by Zipf's law, from the most frequent word down to the count of the rarest.
  private static func guide(_ frequencies: WordFrequencies) -> (from: ScatterChart.Point, to: ScatterChart.Point)? {
    guard let first = frequencies.points.first, let last = frequencies.points.last, first.count > last.count else {
      return nil
    }
    let rank = min(Double(last.rank), Double(first.count) / Double(last.count))
    return (
      ScatterChart.Point(x: 1, y: Double(first.count)), ScatterChart.Point(x: rank, y: Double(first.count) / rank)
    )
  }

  private static func biases(_ frequencies: WordFrequencies) -> HTML {
    guard let name = frequencies.biasName else { return "" }
    let points = frequencies.points.compactMap { point in
      point.bias.map { bias in
        ScatterChart.Point(
          x: Double(point.count), y: bias, title: "\(title(point)), bias \(ChartScale.text(bias))")
      }
    }
    let broken = frequencies.nonFiniteBiasCount
    let problem: Message =
      broken > 0 ? " \(HumanText.count(broken, "bias", "biases")) \(broken.noun("is", "are")) NaN or infinite." : ""
    guard points.count > 1 else { return problem.isEmpty ? "" : "<p class=\"bad\">\(problem)</p>" }
    let correlation: Message =
      frequencies.correlation.map {
        "Bias and logarithm of the count have a correlation of \(HumanText.significant($0, 2))."
      } ?? ""
    let chart = ScatterChart(
      points, x: ChartAxis("count", isLogarithmic: true), y: ChartAxis("bias of the output"),
      title: "Word counts and output biases", description: "\(correlation) The axis of counts is logarithmic.")
    return .figure(
      chart.html, caption: "What '\(Message.name(name, limit: 80))' adds to each word's score. \(correlation)\(problem)"
    )
  }
}
