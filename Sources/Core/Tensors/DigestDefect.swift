public import Messages

/// A converted file does not match its own checksums.
public typealias DigestError = LocatedError<DigestDefect>

/// How a converted file differs from its own checksums.
public enum DigestDefect: ErrorReason {
  /// A tensor's dtype, shape or elements differ; both checksums (CRC-32C) in hexadecimal.
  case tensor(stored: String, found: String)
  /// A key or a value of the metadata differs.
  case metadata(stored: String, found: String)
  /// A tensor has no checksum, for example because its name changed.
  case noDigest
  /// A checksum has no tensor.
  case noTensor
  /// The checksums are not what Decant writes.
  case unreadable(Message)
  /// Decant of that version writes checksums, but there are none.
  case missing(version: String)

  /// What was found and expected, and what to do.
  public var sentence: Message {
    "\(finding). The file changed after Decant wrote it; copy it again, or convert its source again."
  }

  private var finding: Message {
    switch self {
    case .tensor(let stored, let found):
      "the checksum of its dtype, shape and elements is \(found), but \(stored) was stored"
    case .metadata(let stored, let found): "the checksum of the metadata is \(found), but \(stored) was stored"
    case .noDigest: "the file has checksums for its tensors, but none for this one"
    case .noTensor: "the file has a checksum for this tensor, but not the tensor"
    case .unreadable(let why): "the checksums in '\(ContentDigests.key)' cannot be read: \(why)"
    case .missing(let version):
      "Decant \(version) wrote the file and stores checksums in '\(ContentDigests.key)', but there are none"
    }
  }
}
