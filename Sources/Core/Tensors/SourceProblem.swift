public import Messages

/// Something wrong with a source that did not prevent it from being opened.
///
/// A damaged entry or a missing file affects some tensors only; the others are still there to be read. Code that
/// promises that nothing is lost must look here, because a tensor whose dtype or shape cannot be read is not among the
/// descriptors.
public struct SourceProblem: Sendable {
  /// What it means for the data.
  public enum Severity: Sendable {
    /// The tensor is missing from the list; if no tensor is named, some may be missing.
    case incomplete
    /// A tensor of the list cannot be read; if no tensor is named, some cannot. Reading them throws an error too.
    case unreadable
    /// Something is odd, but nothing is lost.
    case note
  }

  /// The tensor, if the problem is with one.
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

/// An error that may concern a whole file, whichever tensor was requested: the file is missing, or is something else
/// altogether.
package protocol FileWideError: DecantError {
  /// The path of that file, and what is wrong in sentences that name no tensor; nil if the error concerns one tensor
  /// only.
  var fileAtFault: (path: String, message: Message)? { get }
}
