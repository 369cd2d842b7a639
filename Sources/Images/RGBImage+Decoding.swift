internal import Bytes
internal import CDecantImages

extension RGBImage {
  /// Reads and decodes a JPEG or PNG file.
  ///
  /// - Throws: `ImageError`, with the file's path.
  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    let bytes = try Self.contents(of: path, limits: limits)
    try self.init(decoding: bytes, path: path, limits: limits)
  }

  /// Decodes a JPEG or PNG as TensorFlow does with three channels.
  ///
  /// JPEG: as in TensorFlow 0.12.1, with the slow integer transform and interpolated chroma; EXIF orientation is ignored,
  /// CMYK is multiplied down to RGB, bytes behind the end marker do not matter, warnings are tolerated, missing data is
  /// not. PNG: palettes and gray become RGB, 16 bits lose their low byte, alpha is dropped, gamma is ignored.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: the file's name for errors.
  ///   - limits: what is refused before anything is allocated for it.
  /// - Throws: `ImageError`.
  public init(decoding bytes: [UInt8], path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    guard let format = ImageFormat(head: bytes) else {
      let kind = FileKind(head: Array(bytes.prefix(512)), tail: bytes.suffix(8), byteCount: bytes.count)
      throw ImageError(.notAnImage(kind), path: path)
    }
    guard limits.formats.contains(format) else { throw ImageError(.formatNotAccepted(format), path: path) }
    var image = decant_image()
    unsafe bytes.withUnsafeBufferPointer { buffer in
      switch format {
      case .jpeg: unsafe decant_jpeg_read_header(buffer.baseAddress, buffer.count, &image)
      case .png: unsafe decant_png_read_header(buffer.baseAddress, buffer.count, &image)
      }
    }
    if let reason = Self.failure(of: image, format: format) { throw ImageError(reason, path: path) }
    let byteCount = try Self.checkedByteCount(of: image, format: format, fileByteCount: bytes.count, path: path, limits)
    // The C functions write within `byteCount` bytes: the size is that of the header just read from the same bytes.
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { pixels, initializedCount in
      unsafe bytes.withUnsafeBufferPointer { buffer in
        switch format {
        case .jpeg:
          let scans = UInt32(clamping: limits.maximumScanCount)
          unsafe decant_jpeg_decode(buffer.baseAddress, buffer.count, scans, pixels.baseAddress, &image)
        case .png: unsafe decant_png_decode(buffer.baseAddress, buffer.count, pixels.baseAddress, &image)
        }
      }
      initializedCount = image.status == DECANT_IMAGE_OK ? byteCount : 0
    }
    if let reason = Self.failure(of: image, format: format) { throw ImageError(reason, path: path) }
    self.init(
      width: Int(image.width), height: Int(image.height), pixels: pixels,
      warning: image.warnings > 0 ? Self.message(of: image) : nil)
  }

  private static func contents(of path: String, limits: ImageLimits) throws(ImageError) -> [UInt8] {
    let file: InputFile
    let kind: FileKind
    let head: [UInt8]
    do throws(FileError) {
      file = try InputFile(path: path)
      kind = try FileKind(of: file)
      head = try file.read(at: 0, count: min(8, file.byteCount))
    } catch {
      throw ImageError(.file(error.reason), path: path)
    }
    // A checkpoint given for a picture is refused by its first bytes, not after reading all of it.
    guard ImageFormat(head: head) != nil else { throw ImageError(.notAnImage(kind), path: path) }
    guard file.byteCount <= limits.maximumByteCount else {
      throw ImageError(.tooManyBytes(file.byteCount, limit: limits.maximumByteCount), path: path)
    }
    do throws(FileError) {
      return try file.read(at: 0, count: file.byteCount)
    } catch {
      throw ImageError(.file(error.reason), path: path)
    }
  }

  /// The bytes that the decoded pixels take, or an error where the declared size is beyond reason.
  private static func checkedByteCount(
    of image: decant_image, format: ImageFormat, fileByteCount: Int, path: String, _ limits: ImageLimits
  ) throws(ImageError) -> Int {
    let (width, height) = (Int(image.width), Int(image.height))
    guard width > 0, height > 0 else {
      throw ImageError(.damaged(format, message: "its size is \(width) x \(height)"), path: path)
    }
    guard let pixelCount = width.multipliedChecked(by: height), pixelCount <= limits.maximumPixelCount,
      let byteCount = pixelCount.multipliedChecked(by: 3)
    else {
      throw ImageError(.tooManyPixels(width: width, height: height, limit: limits.maximumPixelCount), path: path)
    }
    guard format.mayHold(pixelCount: pixelCount, bitsPerPixel: Int(image.bits_per_pixel), byteCount: fileByteCount)
    else {
      throw ImageError(.moreThanFileHolds(width: width, height: height, byteCount: fileByteCount), path: path)
    }
    return byteCount
  }

  private static func failure(of image: decant_image, format: ImageFormat) -> ImageError.Reason? {
    switch image.status {
    case DECANT_IMAGE_OK: nil
    case DECANT_IMAGE_TRUNCATED: .truncated(format, rows: Int(image.rows), height: Int(image.height))
    case DECANT_IMAGE_TOO_MANY_SCANS: .tooManyScans(Int(image.scans))
    case DECANT_IMAGE_NO_MEMORY: .outOfMemory
    default: .damaged(format, message: message(of: image))
    }
  }

  /// The C string in the fixed-size `message`.
  private static func message(of image: decant_image) -> String {
    unsafe withUnsafeBytes(of: image.message) { bytes in
      unsafe String(escapingInvalidUTF8: Array(bytes.prefix { $0 != 0 }))
    }
  }
}
