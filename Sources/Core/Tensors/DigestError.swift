public import Messages

/// A converted file is not as its own digests say.
public struct DigestError: DecantError, Equatable {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// A tensor's dtype, shape or elements are others; both digests in hexadecimal.
    case tensor(stored: String, found: String)
    /// A key or a value of the metadata is another.
    case metadata(stored: String, found: String)
    /// A tensor has no digest, as where its name changed.
    case noDigest
    /// A digest has no tensor.
    case noTensor
    /// The digests are not what Decant writes.
    case unreadable(String)
    /// A Decant of that version writes digests, and there are none.
    case missing(version: String)
  }

  /// What is wrong.
  public let reason: Reason
  /// The path.
  public let file: String
  /// The tensor, where it is one.
  public let tensor: String?

  init(_ reason: Reason, file: String, tensor: String? = nil) {
    self.reason = reason
    self.file = file
    self.tensor = tensor
  }

  /// Always `badData`.
  public var category: ErrorCategory { .badData }

  /// Where, what was found and expected, and what to do.
  public var description: String {
    let place = "\(file.escapedForDisplay): " + (tensor.map { "tensor '\($0.escapedForDisplay)': " } ?? "")
    let advice = "The file changed after Decant wrote it; copy it again, or convert its source again."
    return switch reason {
    case .tensor(let stored, let found):
      "\(place)the digest of its dtype, shape and elements is \(found), but \(stored.escapedForDisplay) was stored. "
        + advice
    case .metadata(let stored, let found):
      "\(place)the digest of the metadata is \(found), but \(stored.escapedForDisplay) was stored. \(advice)"
    case .noDigest: "\(place)the file has a digest of every tensor, and none of this one. \(advice)"
    case .noTensor: "\(place)the file has a digest of this tensor, and no such tensor. \(advice)"
    case .unreadable(let why):
      "\(place)the digests in '\(ContentDigests.key)' cannot be read: \(why.escapedForDisplay). \(advice)"
    case .missing(let version):
      "\(place)Decant \(version.escapedForDisplay) writes digests, and there are none in '\(ContentDigests.key)'. \(advice)"
    }
  }
}
