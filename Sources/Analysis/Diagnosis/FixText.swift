package import Messages

/// What `--fix` does or would do, as text.
package enum FixText {
  /// The plan, and where it was written.
  ///
  /// - Parameters:
  ///   - plan: what is done.
  ///   - directory: where it was written; nil if nothing was.
  ///   - check: what a second look at the new directory found; nil if there was none.
  ///   - width: columns of the terminal.
  /// - Returns: lines, each ended by a line break.
  package static func render(_ plan: FixPlan, directory: String?, check: DoctorReport?, width: Int = 100) -> Message {
    var text: Message =
      if plan.outputs.isEmpty {
        "Nothing here can be fixed without losing or guessing something.\n"
      } else if let directory {
        "Wrote these files to \(directory) and left everything else as it was:\n"
      } else {
        "With -o DIR, Decant writes these files to a new directory and changes nothing else:\n"
      }
    text += .lines(plan.outputs.map(\.message))
    if !plan.refusals.isEmpty { text += "Not fixed:\n" }
    for refusal in plan.refusals { text += refusal.message.wrapped(indent: 2, width: width, hanging: 4) }
    guard let check else { return text }
    if check.isHealthy { return "\(text)A second look at the new files found nothing wrong.\n" }
    let found = check.findings.filter { $0.severity > .note }.map { DoctorText.finding($0, width: width) }
    return "\(text)A second look at the new files found problems:\n\(found.joined())"
  }
}
