/// An image file as the network sees it.
public struct NetworkInput: Sendable, Equatable {
  /// `[299, 299, 3]`, row-major, in [-1, 1].
  public let values: [Float]
  /// What the decoder complained about and decoded nevertheless; nil for a sound file.
  public let warning: String?

  /// Reads, decodes and preprocesses a JPEG or PNG file.
  ///
  /// - Throws: `ImageError`, with the file's path.
  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    let image = try RGBImage(path: path, limits: limits)
    values = ImagePreprocessor.input(from: image)
    warning = image.warning
  }
}
