internal import Markup

/// The area of a chart with two axes, with their lines and numbers.
struct ChartPlate {
  let width: Double
  let height: Double
  private let x: ChartAxis
  private let y: ChartAxis

  init(width: Double = 640, height: Double = 260, x: ChartAxis, y: ChartAxis) {
    (self.width, self.height, self.x, self.y) = (width, height, x, y)
  }

  var left: Double { 64 }
  var right: Double { width - 14 }
  var top: Double { 26 }
  var bottom: Double { height - 42 }

  func fittedX(_ values: some Sequence<Double>) -> ChartAxis.Fitted { x.fitted(to: values, at: left, right) }
  func fittedY(_ values: some Sequence<Double>) -> ChartAxis.Fitted { y.fitted(to: values, at: bottom, top) }

  /// Lines, numbers and titles.
  ///
  /// - Parameters:
  ///   - horizontal: the axis along the bottom.
  ///   - vertical: the axis along the left edge.
  /// - Returns: what is drawn under the chart's own marks.
  func axes(_ horizontal: ChartAxis.Fitted?, _ vertical: ChartAxis.Fitted?) -> HTML {
    var content: HTML = ""
    for tick in vertical?.ticks(5) ?? [] {
      content += """
        <path class="axis" d="M\(at: left) \(at: tick.place)H\(at: right)"/>\
        <text class="soft end" x="\(at: left - 6)" y="\(at: tick.place + 4)">\(tick.text)</text>
        """
    }
    for tick in horizontal?.ticks(6) ?? [] {
      content += """
        <path class="axis" d="M\(at: tick.place) \(at: bottom)v5"/>\
        <text class="soft middle" x="\(at: tick.place)" y="\(at: bottom + 18)">\(tick.text)</text>
        """
    }
    return content + """
      <path class="axis" d="M\(at: left) \(at: bottom)H\(at: right)"/>\
      <text x="\(at: 4)" y="14">\(y.title)</text>\
      <text class="end" x="\(at: right)" y="\(at: height - 6)">\(x.title) →</text>
      """
  }
}
