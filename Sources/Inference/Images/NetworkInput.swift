internal import CDecantImages
internal import Messages

/// An image file as the network sees it.
package struct NetworkInput: Sendable, Equatable {
  /// `[299, 299, 3]`, row-major, in [-1, 1].
  package let values: [Float]
  /// The decoder's warning about a picture that it decoded anyway; nil for a sound file.
  package let warning: String?
  /// The picture for people to look at; nil unless it was requested, or if there is not enough memory.
  package let preview: PicturePreview?

  /// Reads, decodes and preprocesses a JPEG or PNG file.
  ///
  /// The bits are those of `ImagePreprocessor.input(from:)`, but every row of the picture is resized as soon as it is
  /// decoded: only one is in memory at a time, unless the file stores the picture in several passes.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limits: how large a picture may be.
  ///   - previewSide: makes a preview of at most this many pixels per side, from the same rows.
  /// - Throws: `ImageError`, with the file's path.
  package init(
    path: String, limits: ImageLimits = ImageLimits(), previewSide: Int? = nil
  ) throws(ImageError) {
    try self.init(PictureFile(path: path, limits: limits), previewSide: previewSide)
  }

  /// Decodes and preprocesses a JPEG or PNG that is in memory; the same bits as from a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: the picture's name for errors.
  ///   - limits: how large a picture may be.
  /// - Throws: `ImageError`.
  package init(
    decoding bytes: [UInt8], path: String, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) {
    guard bytes.count <= limits.maximumByteCount else {
      throw ImageError(.tooManyBytes(bytes.count, limit: limits.maximumByteCount), file: path)
    }
    try self.init(PictureFile(bytes, path: path, limits: limits))
  }

  init(_ file: PictureFile, previewSide: Int? = nil) throws(ImageError) {
    if file.isInterlaced {
      let image = try RGBImage(file)
      let values = ImagePreprocessor.input(from: image)
      self.values = values
      warning = image.warning
      preview = previewSide.flatMap { PicturePreview(image.shrunk(toSide: $0), of: file, networkInput: values) }
      return
    }
    var small = previewSide.map { ShrinkingPicture(width: file.width, height: file.height, side: $0) }
    let (values, outcome) = unsafe small.shrinking { shrink in unsafe Self.decode(file, shrinking: shrink) }
    self.values = values
    warning = try outcome.get()
    preview = small.flatMap { PicturePreview($0.image, of: file, networkInput: values) }
  }

  /// Decodes a file row by row, and passes each row to the resize and to the preview.
  private static func decode(
    _ file: PictureFile, shrinking shrink: UnsafeMutablePointer<decant_shrink>?
  ) -> (values: [Float], outcome: Result<String?, ImageError>) {
    var outcome: Result<String?, ImageError> = .success(nil)
    var row = [UInt8](repeating: 0, count: file.width * 3)
    let values = unsafe ImagePreprocessor.resize(width: file.width, height: file.height) { resize in
      unsafe row.withUnsafeMutableBufferPointer { row in
        var rows = unsafe decant_rows(rgb: row.baseAddress, stride: 0, resize: resize, shrink: shrink)
        outcome = unsafe file.decode(into: &rows)
      }
    }
    return (values, outcome)
  }
}

extension Optional<ShrinkingPicture> {
  /// Passes on what takes the rows, or nil if no preview is wanted.
  fileprivate mutating func shrinking<Value>(_ body: (UnsafeMutablePointer<decant_shrink>?) -> Value) -> Value {
    guard var picture = self else { return body(nil) }
    defer { self = picture }
    return unsafe picture.shrink { shrink in unsafe body(shrink) }
  }
}
