internal import Essentials
package import Inspection
package import Markup

/// A histogram as small as a word, for a table cell. Heights are logarithms of the counts.
package enum SparkHistogram {
  /// An `svg` element of 72 by 18 units.
  package static func html(_ histogram: ValueHistogram) -> HTML {
    let largest = log10(Double(max(1, histogram.largestCount))) + 0.4
    let width = 72 / max(1, histogram.counts.count)
    var path: HTML = "M0 18"
    var last = 18
    for (index, count) in histogram.counts.enumerated() {
      let y = count == 0 ? 18 : 18 - max(1, Int((17 * (log10(Double(count)) + 0.4) / largest).rounded()))
      if y != last { path += "V\(y)" }
      last = y
      if index + 1 == histogram.counts.count || histogram.counts[index + 1] != count {
        path += "H\((index + 1) * width)"
      }
    }
    return """
      <svg class="spark" role="img" aria-label="histogram" viewBox="0 0 72 18" width="72" height="18">\
      <path class="bar" d="\(path)V18Z"/></svg>
      """
  }
}
