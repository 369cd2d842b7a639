internal import CDecantImages

/// An image file as the network sees it.
package struct NetworkInput: Sendable, Equatable {
  /// `[299, 299, 3]`, row-major, in [-1, 1].
  package let values: [Float]
  /// What the decoder complained about and decoded nevertheless; nil for a sound file.
  package let warning: String?

  /// Reads, decodes and preprocesses a JPEG or PNG file.
  ///
  /// The bits are those of `ImagePreprocessor.input(from:)`, but every row of the picture is resized as soon as it is
  /// decoded: no more than one is in memory, unless the file stores the picture in several passes.
  ///
  /// - Throws: `ImageError`, with the file's path.
  package init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    try self.init(PictureFile(path: path, limits: limits))
  }

  init(_ file: PictureFile) throws(ImageError) {
    if file.isInterlaced {
      let image = try RGBImage(file)
      values = ImagePreprocessor.input(from: image)
      warning = image.warning
      return
    }
    var outcome: Result<String?, ImageError> = .success(nil)
    var row = [UInt8](repeating: 0, count: file.width * 3)
    values = unsafe ImagePreprocessor.resize(width: file.width, height: file.height) { resize in
      unsafe row.withUnsafeMutableBufferPointer { row in
        var rows = unsafe decant_rows(rgb: row.baseAddress, stride: 0, resize: resize)
        outcome = unsafe file.decode(into: &rows)
      }
    }
    warning = try outcome.get()
  }
}
