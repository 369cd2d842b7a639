internal import Bytes
internal import CDecantImages

extension RGBImage {
  /// Reads and decodes a JPEG or PNG file.
  ///
  /// - Throws: `ImageError`, with the file's path.
  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    try self.init(PictureFile(path: path, limits: limits))
  }

  /// Decodes a JPEG or PNG as TensorFlow does with three channels.
  ///
  /// JPEG: as in TensorFlow 0.12.1, with the slow integer transform and interpolated chroma; EXIF orientation is ignored,
  /// CMYK is multiplied down to RGB, bytes after the end marker do not matter, warnings are tolerated, missing data is
  /// not. PNG: palettes and gray become RGB, 16 bits lose their low byte, alpha is dropped, gamma is ignored.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: the file's name for errors.
  ///   - limits: limits that are checked before anything is allocated.
  /// - Throws: `ImageError`.
  public init(decoding bytes: [UInt8], path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    try self.init(PictureFile(bytes, path: path, limits: limits))
  }

  /// Decodes a whole picture.
  init(_ file: PictureFile) throws(ImageError) {
    // The size was checked with the header.
    let byteCount = file.height * file.width * 3
    guard MemoryRoom.has(byteCount) else { throw file.outOfMemory }
    var outcome: Result<String?, ImageError> = .success(nil)
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { pixels, initializedCount in
      var rows = unsafe decant_rows(rgb: pixels.baseAddress, stride: file.width * 3, resize: nil, shrink: nil)
      outcome = unsafe file.decode(into: &rows)
      initializedCount = if case .success = outcome { byteCount } else { 0 }
    }
    let warning = try outcome.get()
    self.init(width: file.width, height: file.height, pixels: pixels, warning: warning)
  }
}
