public import Files
public import Messages

/// Why a file is not a picture that can be captioned.
public typealias ImageError = LocatedError<ImageDefect>

/// What is wrong with a picture.
public enum ImageDefect: ErrorReason {
  /// The file system refused.
  case file(FileError)
  /// Neither JPEG nor PNG; the kind says what it is.
  case notAnImage(FileKind)
  /// A picture in a format that `ImageLimits.formats` leaves out.
  case formatNotAccepted(ImageFormat)
  /// The data ends early, with `rows` of `height` rows complete.
  case truncated(ImageFormat, rows: Int, height: Int)
  /// The decoder's own message.
  case damaged(ImageFormat, message: String)
  /// The file is longer than `ImageLimits.maximumByteCount`.
  case tooManyBytes(Int, limit: Int)
  /// The header declares more pixels than `ImageLimits.maximumPixelCount`.
  case tooManyPixels(width: Int, height: Int, limit: Int)
  /// The header declares more pixels than a file of this many bytes can hold.
  case moreThanFileHolds(width: Int, height: Int, byteCount: Int)
  /// More scans than `ImageLimits.maximumScanCount`, or too many for so large a picture.
  case tooManyScans(Int)
  /// The decoder was denied memory.
  case outOfMemory

  /// Bad data, unless the file system refused.
  public var category: ErrorCategory { if case .file(let error) = self { error.category } else { .badData } }

  /// The file system's message, if it refused.
  public var wholeMessage: Message? { if case .file(let error) = self { error.message } else { nil } }

  /// What was found, what was expected and what to try.
  public var sentence: Message {
    switch self {
    case .file(let error): return error.message
    case .notAnImage(.empty):
      return "is empty, but a JPEG or PNG was expected. A download or copy failed. Copy it again."
    case .notAnImage(let kind):
      if let format = PictureFormat.name(of: kind) {
        // The first picture of a file that may have several.
        let ending = PictureFormat.extensions(of: format).first ?? "IMAGE"
        return "byte 0: is \(format == "AVIF" ? "an" : "a") \(format), but a JPEG or PNG was expected. "
          + "Convert it first, for example with ImageMagick: convert 'FILE.\(ending)[0]' FILE.png"
      }
      return "byte 0: is neither JPEG nor PNG, judging by its first bytes. "
        + "\(kind.advice ?? "Convert the picture to JPEG or PNG, whatever its name says.")"
    case .formatNotAccepted(let format):
      return """
        is a \(format.name), which the original im2txt program does not accept either. Caption it with: decant caption
        """
    case .truncated(let format, let rows, let height):
      let found: Message = height == 0 ? "inside its header" : "after \(rows) of \(height.counted("row"))"
      return """
        the \(format.name) data ends \(found). A short file is usually an interrupted download or copy; copy it again.
        """
    case .damaged(let format, let message):
      return "the \(format.name) data is damaged: \(message). "
        + "If another program still opens it, save the picture again from there."
    case .tooManyBytes(let count, let limit):
      return "has \(count.counted("byte")); a picture may have at most \(limit). Scale the picture down."
    case .tooManyPixels(let width, let height, let limit):
      return "declares \(width) x \(height) pixels; a picture may have at most \(limit). "
        + "Scale the picture down; the network sees 299 x 299."
    case .moreThanFileHolds(let width, let height, let byteCount):
      return "declares \(width) x \(height) pixels, more than its \(byteCount.counted("byte")) can hold. "
        + "The header is damaged, or the file was made to exhaust memory. Copy it again from its source."
    case .tooManyScans(let count):
      return "has \(count) or more scans; a picture of this size needs about a dozen. "
        + "The file was made to waste processor time; no ordinary program writes such a file."
    case .outOfMemory: return "there is not enough memory to decode it. Scale the picture down."
    }
  }
}
