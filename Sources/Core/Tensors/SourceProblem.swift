public import Messages

/// Something wrong with a source that did not prevent it from being opened.
///
/// A damaged entry or a missing file affects some tensors only; the others are still there to be read. Whoever promises that
/// nothing is lost looks here, since a tensor whose dtype or shape cannot be read is not among the descriptors.
public struct SourceProblem: Sendable {
  /// What it means for the data.
  public enum Severity: Sendable {
    /// The tensor is missing from the list, or, where none is named, others may be.
    case incomplete
    /// A tensor of the list cannot be read, or, where none is named, some cannot; reading them says so again.
    case unreadable
    /// Odd, and nothing is lost.
    case note
  }

  /// The tensor, where it is one.
  public let tensor: String?
  /// What is wrong.
  public let error: any DecantError
  /// What it means for the data.
  public let severity: Severity

  /// A problem with one tensor or with the whole source.
  public init(tensor: String?, error: any DecantError, severity: Severity) {
    self.tensor = tensor
    self.error = error
    self.severity = severity
  }
}

/// An error that may lie with a whole file, whichever tensor was asked for: it is missing, or is something else altogether.
package protocol FileWideError: DecantError {
  /// The path of that file, and what is wrong in sentences that name no tensor; nil if the error lies with the one tensor.
  var fileAtFault: (path: String, message: Message)? { get }
}
