internal import Bytes
internal import CDecantImages
internal import Files
internal import Messages

/// The bytes of a picture whose header was read and found to be within limits.
struct PictureFile {
  /// Pixels in a row.
  var width: Int { Int(header.width) }
  /// Rows.
  var height: Int { Int(header.height) }
  /// Whether no row is complete before all are.
  var isInterlaced: Bool { header.is_interlaced }

  /// How the picture must be turned to be upright, according to its EXIF data. Decoding does not turn it.
  var orientation: PictureOrientation { PictureOrientation(of: bytes, format: format) }

  private let bytes: [UInt8]
  private let path: String
  private let format: ImageFormat
  private let limits: ImageLimits
  private let header: decant_image

  /// Reads a JPEG or PNG file and its header.
  ///
  /// - Throws: `ImageError`, with the file's path.
  init(path: String, limits: ImageLimits) throws(ImageError) {
    try self.init(Self.contents(of: path, limits: limits), path: path, limits: limits)
  }

  /// Reads the header of a JPEG or PNG.
  ///
  /// - Throws: `ImageError`.
  init(_ bytes: [UInt8], path: String, limits: ImageLimits) throws(ImageError) {
    guard let format = ImageFormat(head: bytes) else {
      let kind = FileKind(head: Array(bytes.prefix(512)), tail: bytes.suffix(8), byteCount: bytes.count)
      throw ImageError(.notAnImage(kind), file: path)
    }
    guard limits.formats.contains(format) else { throw ImageError(.formatNotAccepted(format), file: path) }
    var header = decant_image()
    unsafe bytes.withUnsafeBufferPointer { buffer in
      switch format {
      case .jpeg: unsafe decant_jpeg_read_header(buffer.baseAddress, buffer.count, &header)
      case .png: unsafe decant_png_read_header(buffer.baseAddress, buffer.count, &header)
      }
    }
    if let reason = Self.failure(of: header, format: format) { throw ImageError(reason, file: path) }
    self.bytes = bytes
    self.path = path
    self.format = format
    self.limits = limits
    self.header = header
    try checkSize()
  }

  /// Decodes all rows.
  ///
  /// - Parameter rows: memory for `height` rows of `width` pixels, or for a single row that each one overwrites.
  /// - Returns: the decoder's warning, or why it gave up.
  func decode(into rows: inout decant_rows) -> Result<String?, ImageError> {
    var image = header
    // The C functions write rows of `header.width` pixels, and no more of them than `header.height`.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      switch format {
      case .jpeg:
        let scans = UInt32(clamping: limits.maximumScanCount)
        unsafe decant_jpeg_decode(buffer.baseAddress, buffer.count, scans, &rows, &image)
      case .png: unsafe decant_png_decode(buffer.baseAddress, buffer.count, &rows, &image)
      }
    }
    if let reason = Self.failure(of: image, format: format) { return .failure(ImageError(reason, file: path)) }
    return .success(image.warnings > 0 ? Self.message(of: image) : nil)
  }

  /// The error if there is not enough memory for the decoded picture.
  var outOfMemory: ImageError { ImageError(.outOfMemory, file: path) }

  private static func contents(of path: String, limits: ImageLimits) throws(ImageError) -> [UInt8] {
    let file: InputFile
    let kind: FileKind
    let head: [UInt8]
    do throws(FileError) {
      file = try InputFile(path: path)
      kind = try FileKind(of: file)
      head = try file.read(at: 0, count: min(8, file.byteCount))
    } catch {
      throw ImageError(.file(error))
    }
    // A checkpoint given as a picture is refused by its first bytes, not after reading all of it.
    guard ImageFormat(head: head) != nil else { throw ImageError(.notAnImage(kind), file: path) }
    guard file.byteCount <= limits.maximumByteCount else {
      throw ImageError(.tooManyBytes(file.byteCount, limit: limits.maximumByteCount), file: path)
    }
    do throws(FileError) {
      return try file.read(at: 0, count: file.byteCount)
    } catch {
      throw ImageError(.file(error))
    }
  }

  /// Throws if the declared size is unreasonable.
  private func checkSize() throws(ImageError) {
    guard width > 0, height > 0 else {
      throw ImageError(.damaged(format, message: "its size is \(width) x \(height)"), file: path)
    }
    guard let pixelCount = width.multipliedChecked(by: height), pixelCount <= limits.maximumPixelCount,
      pixelCount.multipliedChecked(by: 3) != nil
    else {
      throw ImageError(.tooManyPixels(width: width, height: height, limit: limits.maximumPixelCount), file: path)
    }
    guard format.mayHold(pixelCount: pixelCount, bitsPerPixel: Int(header.bits_per_pixel), byteCount: bytes.count)
    else {
      throw ImageError(.moreThanFileHolds(width: width, height: height, byteCount: bytes.count), file: path)
    }
  }

  private static func failure(of image: decant_image, format: ImageFormat) -> ImageDefect? {
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
