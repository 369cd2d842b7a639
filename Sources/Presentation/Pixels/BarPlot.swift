internal import Images
internal import Inspection

/// A vector as bars that begin at a line for zero: blue for negative values, orange for positive ones, magenta for
/// those that are not finite.
struct BarPlot {
  private let grid: ValueGrid
  private let barWidth: Int

  private static let height = 120
  private enum Place {
    static let background: UInt8 = 0, negative: UInt8 = 1, positive: UInt8 = 2, broken: UInt8 = 3, line: UInt8 = 4
  }
  private static let palette: [PNGPicture.Color] = [
    PNGPicture.Color(red: 255, green: 255, blue: 255), PNGPicture.Color(red: 40, green: 120, blue: 220),
    PNGPicture.Color(red: 224, green: 108, blue: 30), HeatColors.broken,
    PNGPicture.Color(red: 120, green: 120, blue: 120),
  ]

  /// A plot of a grid of one row, of at most `maximumWidth` pixels if each bar can have one.
  init(_ grid: ValueGrid, maximumWidth: Int) {
    self.grid = grid
    barWidth = max(1, min(24, min(384, maximumWidth) / max(1, grid.columnCount)))
  }

  /// The numbers at the lower and the upper edge; zero is among them.
  var range: (lower: Double, upper: Double) {
    guard grid.lower.isFinite, grid.upper.isFinite else { return (0, 1) }
    let (lower, upper) = (min(0, grid.lower), max(0, grid.upper))
    return lower == upper ? (0, 1) : (lower, upper)
  }

  /// The picture; nil if there are no bars.
  var image: PaletteImage? {
    guard grid.columnCount > 0, grid.values.count == grid.columnCount else { return nil }
    let width = grid.columnCount * barWidth
    var pixels = [UInt8](repeating: Place.background, count: width * Self.height)
    let zero = row(of: 0)
    for (bar, value) in grid.values.enumerated() {
      let end = value.isFinite ? row(of: Double(value)) : 0
      let rows = value.isFinite ? min(zero, end)...max(zero, end) : 0...Self.height - 1
      let color = !value.isFinite ? Place.broken : value < 0 ? Place.negative : Place.positive
      // A gap between bars that are wide enough for one.
      let filled = barWidth > 3 ? barWidth - 1 : barWidth
      for y in rows where value != 0 {
        for x in bar * barWidth..<bar * barWidth + filled { pixels[y * width + x] = color }
      }
    }
    for x in 0..<width where pixels[zero * width + x] != Place.broken { pixels[zero * width + x] = Place.line }
    return PaletteImage(width: width, height: Self.height, pixels: pixels, palette: Self.palette)
  }

  private func row(of value: Double) -> Int {
    let (lower, upper) = range
    // Computed with halves, because the distance between two huge numbers can overflow `Double`.
    let part = (upper / 2 - value / 2) / (upper / 2 - lower / 2)
    return Int((min(1, max(0, part.isFinite ? part : 1)) * Double(Self.height - 1)).rounded())
  }
}
