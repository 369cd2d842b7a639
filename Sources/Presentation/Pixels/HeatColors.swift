internal import Essentials
package import Images
package import Inspection

/// The colors of a heat map: zero has none, negative numbers are blue, and positive ones are orange. The farther a
/// number is from zero, the stronger its color.
///
/// A few values far beyond all others do not wash out the rest: the colors end at the number that only 1 in 200 cells
/// exceeds.
package struct HeatColors: Sendable, Equatable {
  /// The number at which the colors end, on both sides of zero.
  package let limit: Double

  /// Colors that end at a number, which is more than 0.
  package init(limit: Double) { self.limit = limit }

  /// Colors for several grids that are compared.
  package init(fitting grids: [ValueGrid]) { limit = Self.limit(of: grids) }

  /// The number at which the colors of several grids end; 1 if all their cells are zero or not finite.
  package static func limit(of grids: [ValueGrid]) -> Double {
    let sizes = grids.flatMap { $0.values.filter(\.isFinite).map { Double(abs($0)) } }.sorted()
    guard let largest = sizes.last, largest > 0 else { return 1 }
    let usual = sizes[min(sizes.count - 1, sizes.count * 199 / 200)]
    return usual > 0 && largest > 2 * usual ? usual : largest
  }

  /// The number of a grid's cells beyond the limit.
  package func beyondCount(in grid: ValueGrid) -> Int { grid.values.count { Double(abs($0)) > limit } }

  /// The index of a number's color in the palette.
  package func index(of value: Float) -> UInt8 {
    guard value.isFinite else { return Self.brokenIndex }
    return UInt8(min(254, max(0, (127 + 127 * (Double(value) / limit)).rounded())))
  }

  /// A pixel for each cell, in colors that let the background through; nil if the grid has no cells.
  package func image(of grid: ValueGrid) -> PaletteImage? {
    guard grid.rowCount > 0, grid.columnCount > 0, grid.values.count == grid.rowCount * grid.columnCount else {
      return nil
    }
    return PaletteImage(
      width: grid.columnCount, height: grid.rowCount, pixels: grid.values.map(index), palette: Self.palette)
  }

  /// The index of the color for values that are not finite.
  package static let brokenIndex: UInt8 = 255

  /// The color for values that are not finite.
  package static let broken = PNGPicture.Color(red: 214, green: 0, blue: 170)

  /// Blue to transparent to orange in 255 steps, and one color for values that are not finite.
  package static let palette: [PNGPicture.Color] =
    (0...254).map { index in
      let part = (Double(index) - 127) / 127
      // The eye distinguishes weak colors less well than strong ones.
      let alpha = UInt8((255 * pow(abs(part), 0.75)).rounded())
      return part < 0
        ? PNGPicture.Color(red: 40, green: 120, blue: 220, alpha: alpha)
        : PNGPicture.Color(red: 224, green: 108, blue: 30, alpha: alpha)
    } + [broken]

  /// The same colors on white, because a terminal picture has no transparency.
  package static let opaquePalette: [PNGPicture.Color] = palette.map { color in
    func onWhite(_ value: UInt8) -> UInt8 {
      UInt8(255 - (255 - Int(value)) * Int(color.alpha) / 255)
    }
    return PNGPicture.Color(red: onWhite(color.red), green: onWhite(color.green), blue: onWhite(color.blue))
  }
}
