/// A picture reduced so that it can be shown with many others, upright.
package struct PicturePreview: Sendable, Equatable {
  /// The small picture as a JPEG.
  package let jpeg: [UInt8]
  /// Pixels in a row of the small picture.
  package let width: Int
  /// Its rows.
  package let height: Int
  /// Pixels in a row of the file, as it is stored.
  package let storedWidth: Int
  /// Its rows.
  package let storedHeight: Int
  /// How the stored picture was turned to be upright; the network saw it as it is stored.
  package let orientation: PictureOrientation
  /// What the network saw, as a JPEG of 299 x 299 pixels; only if that is turned or mirrored.
  package let networkView: [UInt8]?

  /// The most pixels of the longer side.
  package static let side = 480

  /// A preview with the given content.
  package init(
    jpeg: [UInt8], width: Int, height: Int, storedWidth: Int, storedHeight: Int,
    orientation: PictureOrientation = .upright, networkView: [UInt8]? = nil
  ) {
    self.jpeg = jpeg
    (self.width, self.height) = (width, height)
    (self.storedWidth, self.storedHeight) = (storedWidth, storedHeight)
    self.orientation = orientation
    self.networkView = networkView
  }

  /// Turns and encodes; nil if there is not enough memory.
  ///
  /// - Parameters:
  ///   - small: the picture as it is stored, reduced.
  ///   - file: the file that it was made from.
  ///   - values: what the network sees, `[299, 299, 3]`.
  init?(_ small: RGBImage, of file: PictureFile, networkInput values: [Float]) {
    let upright = small.turnedUpright(from: file.orientation)
    guard let jpeg = JPEGPicture(upright).encoded() else { return nil }
    self.init(
      jpeg: jpeg, width: upright.width, height: upright.height, storedWidth: file.width, storedHeight: file.height,
      orientation: file.orientation,
      networkView: file.orientation == .upright
        ? nil : JPEGPicture(ImagePreprocessor.picture(of: values), quality: 70).encoded())
  }
}

extension ImagePreprocessor {
  /// The network's input as a picture, to the nearest of 256 levels.
  ///
  /// - Parameter values: `[299, 299, 3]`, row-major, in [-1, 1].
  /// - Returns: the picture, 299 pixels per side.
  package static func picture(of values: [Float]) -> RGBImage {
    RGBImage(
      width: inputSide, height: inputSide,
      pixels: values.map { UInt8(min(max((($0 / range + offset) / sampleScale).rounded(), 0), 255)) })
  }
}
