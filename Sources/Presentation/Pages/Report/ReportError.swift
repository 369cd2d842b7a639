package import Messages

/// Why there is no report.
package typealias ReportError = LocatedError<ReportDefect>

/// What keeps a report from being made.
package enum ReportDefect: ErrorReason {
  /// The path names a graph, which has no values.
  case graph
  /// The output is a file of the source.
  case outputIsSource(String)

  /// A graph is the wrong kind of input; the output cannot be created.
  package var category: ErrorCategory {
    switch self {
    case .graph: .usage
    case .outputIsSource: .cannotCreate
    }
  }

  /// What was found, and what to do.
  package var sentence: Message {
    switch self {
    case .graph:
      """
      is a graph, but a report describes variables. Name the checkpoint beside it, or the SavedModel's directory; `decant inspect` shows the \
      graph.
      """
    case .outputIsSource(let file):
      "would replace \(file), which the report describes. Nothing was written; choose another name."
    }
  }
}
