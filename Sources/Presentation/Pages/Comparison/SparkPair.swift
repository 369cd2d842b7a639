internal import Comparison
internal import Essentials
internal import Inspection
internal import Markup

/// Two histograms in one drawing, as small as a word, for a table cell. Heights are logarithms of the counts.
enum SparkPair {
  private static let width = 96
  private static let height = 20

  /// An `svg` element of 96 by 20 units: A as bars, B as a line.
  static func html(_ pair: HistogramPair) -> HTML {
    let largest = log10(Double(max(1, pair.left.largestCount, pair.right.largestCount))) + 0.4
    return """
      <svg class="spark" role="img" aria-label="histograms of A and B" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)"><path class="bar" d="\(path(pair.left, largest))Z"/>\
      <path class="line second" d="\(path(pair.right, largest))"/></svg>
      """
  }

  private static func path(_ histogram: ValueHistogram, _ largest: Double) -> HTML {
    let step = width / max(1, histogram.counts.count)
    var path: HTML = "M0 \(height)"
    var last = height
    for (index, count) in histogram.counts.enumerated() {
      let part = (log10(Double(max(1, count))) + 0.4) / largest
      let y = count == 0 ? height : height - max(1, Int((Double(height - 1) * part).rounded()))
      if y != last { path += "V\(y)" }
      last = y
      // One step for adjacent bars of the same height.
      if index + 1 == histogram.counts.count || histogram.counts[index + 1] != count {
        path += "H\((index + 1) * step)"
      }
    }
    return "\(path)V\(height)"
  }
}
