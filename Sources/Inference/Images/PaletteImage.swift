/// A picture of at most 256 colors: rows from top to bottom.
package struct PaletteImage: Sendable, Equatable {
  /// Pixels in a row.
  package let width: Int
  /// Rows.
  package let height: Int
  /// `[height, width]` places in the palette, row-major.
  package let pixels: [UInt8]
  /// 1 to 256 colors.
  package let palette: [PNGPicture.Color]

  /// A picture of given pixels.
  ///
  /// - Precondition: both extents are positive, there is one pixel for each place, and every pixel has a color.
  package init(width: Int, height: Int, pixels: [UInt8], palette: [PNGPicture.Color]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "one byte a pixel")
    precondition((1...256).contains(palette.count) && pixels.allSatisfy { $0 < palette.count }, "pixels have colors")
    (self.width, self.height, self.pixels, self.palette) = (width, height, pixels, palette)
  }
}
