/// A picture that was drawn or decoded, with any colors or with a palette.
package enum DrawnImage: Sendable, Equatable {
  /// Packed RGB.
  case colors(RGBImage)
  /// Colors from a palette.
  case palette(PaletteImage)

  /// Pixels in a row.
  package var width: Int {
    switch self {
    case .colors(let image): image.width
    case .palette(let image): image.width
    }
  }

  /// Rows.
  package var height: Int {
    switch self {
    case .colors(let image): image.height
    case .palette(let image): image.height
    }
  }

  /// The picture, to be written as PNG.
  package var png: PNGPicture {
    switch self {
    case .colors(let image): PNGPicture(image)
    case .palette(let image): PNGPicture(image)
    }
  }
}
