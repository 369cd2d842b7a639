package import Messages

/// Why sidecars cannot be written as requested; found before a picture is captioned.
package typealias SidecarError = LocatedError<SidecarDefect>

/// What is wrong with the names that the sidecars would have.
package enum SidecarDefect: ErrorReason {
  /// Two pictures whose sidecars would have the same name.
  case sameName(first: String, second: String)
  /// The output has the name of a picture, the model or the vocabulary.
  case isInput
  /// The gallery has the name of a sidecar.
  case isSidecar

  /// Usage.
  package var category: ErrorCategory { .usage }

  /// What was found and what to do.
  package var sentence: Message {
    switch self {
    case .sameName(let first, let second):
      """
      would be the sidecar of both \(first) and \(second). Nothing was written; caption them in two runs with \
      different formats, or rename one of them.
      """
    case .isInput:
      "is one of the files that this command reads. Nothing was written; choose another name or another format."
    case .isSidecar: "is also the name of a sidecar. Nothing was written; choose another name for the gallery."
    }
  }
}
