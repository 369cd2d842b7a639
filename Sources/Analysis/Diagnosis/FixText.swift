internal import Messages

/// What `--fix` does or would do, as text.
public enum FixText {
  /// The plan, and where it was written.
  ///
  /// - Parameters:
  ///   - plan: what is done.
  ///   - directory: where it was written; nil if nothing was.
  ///   - check: what a second look at the new directory found; nil if there was none.
  ///   - width: columns of the terminal.
  /// - Returns: lines, the last ended too.
  public static func render(_ plan: FixPlan, directory: String?, check: DoctorReport?, width: Int = 100) -> String {
    var text = ""
    if plan.outputs.isEmpty {
      text += "Nothing here can be fixed without losing or guessing something.\n"
    } else if let directory {
      text += "Wrote to \(directory.escapedForDisplay), and left everything else as it was:\n"
    } else {
      text += "With -o DIR these files would be written to a new directory; nothing else is touched:\n"
    }
    for output in plan.outputs {
      text += "  \(output.name.escapedForDisplay): \(output.reason.escapedForDisplay)\n"
    }
    if !plan.refusals.isEmpty {
      text += "Not fixed:\n"
      for refusal in plan.refusals {
        text += DoctorText.wrapped(
          "\(refusal.finding.summary) Because \(refusal.reason.escapedForDisplay).", indent: 2, width: width, hanging: 4
        )
      }
    }
    if let check {
      text +=
        check.isHealthy
        ? "A second look at the new files found nothing wrong.\n"
        : "A second look at the new files still found something:\n"
          + check.findings.filter { $0.severity > .note }.map { DoctorText.finding($0, width: width) }.joined()
    }
    return text
  }
}
