internal import Images
package import Inspection
package import Markup
package import Messages
internal import Pixels

/// A matrix as a picture: zero is transparent, negative numbers are blue, positive ones orange; the farther from zero,
/// the stronger the color.
///
/// Because zero has no color, the picture suits light and dark pages. A few extreme values do not wash out the rest:
/// the colors end at the number that only 1 in 200 cells exceeds, and the caption says so.
package struct HeatMap: Sendable {
  /// What is drawn.
  package let grid: ValueGrid
  /// What it shows, such as the tensor's name.
  package let title: Message
  private let colors: HeatColors
  /// Cells beyond the limit.
  package let beyondCount: Int
  /// Cells with a value that is not finite.
  package let brokenCount: Int

  /// A heat map of a grid.
  ///
  /// - Parameters:
  ///   - grid: what is drawn.
  ///   - title: what it shows.
  ///   - limit: where the colors end; nil to fit the grid. Pictures that are compared share one.
  package init(_ grid: ValueGrid, title: Message, limit: Double? = nil) {
    (self.grid, self.title) = (grid, title)
    colors = limit.map(HeatColors.init(limit:)) ?? HeatColors(fitting: [grid])
    beyondCount = colors.beyondCount(in: grid)
    brokenCount = grid.values.count { !$0.isFinite }
  }

  /// The number at which the colors of several pictures end.
  package static func limit(of grids: [ValueGrid]) -> Double { HeatColors.limit(of: grids) }

  /// The picture alone, with a text for people who cannot see it; empty if there is not enough memory for it.
  package var picture: HTML {
    guard let image = colors.image(of: grid), let address = HTML(dataURI: PNGPicture(image)) else { return "" }
    let scale = Self.scale(grid)
    return """
      <img class="pixels heat" alt="\(alternative)" width="\(grid.columnCount * scale.x)" \
      height="\(grid.rowCount * scale.y)" src="\(address)">
      """
  }

  /// The picture with its axes and, under it, the colors' range.
  package var html: HTML {
    let rows = grid.rows.isEmpty ? "" : "<span class=\"axis-name down\">\(grid.rows) ↓</span>" as HTML
    let slice = grid.slice.map { "<span class=\"slice\">\($0)</span>" as HTML } ?? ""
    return """
      <div class="heatmap">\(slice)<span class="axis-name">\(grid.columns) →</span>\
      <div class="heat-row">\(rows)\(picture)</div></div>
      """
  }

  /// A bar of all colors between the numbers at which they end.
  package static func legend(limit: Double) -> HTML {
    """
    <span class="ramp-box"><span>\(ChartScale.text(-limit))</span><span class="ramp" role="img" \
    aria-label="blue below zero, orange above"></span><span>\(ChartScale.text(limit))</span></span>
    """
  }

  private var alternative: Message {
    let place: Message = grid.slice.map { " \($0)" } ?? ""
    let broken: Message = brokenCount == 0 ? "" : ", \(HumanText.count(brokenCount, "cell")) not finite"
    let range: Message =
      grid.lower.isFinite && grid.upper.isFinite
      ? " from \(ChartScale.text(grid.lower)) to \(ChartScale.text(grid.upper))" : ""
    return "Heat map of \(title)\(place): \(grid.rowCount) by \(grid.columnCount) cells\(range)\(broken)"
  }

  /// Pixels of a cell: as many as fit in 384 by 384, and at least 1.
  private static func scale(_ grid: ValueGrid) -> (x: Int, y: Int) {
    let side = 384
    let x = min(24, max(1, side / max(1, grid.columnCount)))
    let y = min(24, max(1, side / max(1, grid.rowCount)))
    // A vector is one row, and drawn as a band.
    return grid.rowCount == 1 ? (x, 24) : (min(x, y), min(x, y))
  }
}
