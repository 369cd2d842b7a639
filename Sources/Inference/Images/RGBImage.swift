/// A decoded picture: packed 8-bit RGB, rows from top to bottom.
public struct RGBImage: Sendable, Equatable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `[height, width, 3]`, row-major.
  public let pixels: [UInt8]
  /// The decoder's warning about a picture that it decoded anyway, as TensorFlow does; nil for a sound file.
  public let warning: String?

  /// A picture with the given pixels.
  ///
  /// - Precondition: both extents are positive and `pixels` has `height * width * 3` elements.
  public init(width: Int, height: Int, pixels: [UInt8], warning: String? = nil) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(pixels.count == width * height * 3, "pixels are packed RGB")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.warning = warning
  }
}
