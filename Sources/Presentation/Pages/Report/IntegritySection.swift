internal import Inspection
internal import Markup
internal import Messages

/// Whether the data is what was written, and what each failure is. The outcome for each tensor is in the table of tensors.
struct IntegritySection {
  private let report: IntegrityReport
  private let content: ReportContent?

  init(_ report: IntegrityReport, _ content: ReportContent?) { (self.report, self.content) = (report, content) }

  private static let shownFailureCount = 100

  var section: PageSection {
    let failures = report.failures.prefix(Self.shownFailureCount).map { failure -> HTML in
      let subject: HTML =
        failure.affectedTensorCount > 0
        ? "\(HumanText.count(failure.affectedTensorCount, "tensor")): "
        : failure.isTensorUnnamed ? failure.tensor.map { "\(HTML.name($0)): " } ?? "" : ""
      return "<li>\(subject)\(failure.message)</li>\n"
    }
    let rest = report.failures.count - failures.count
    let more: HTML =
      rest > 0 ? "<p>and \(HumanText.count(rest, "more failure")); decant inspect --verify lists all.</p>" : ""
    let list: HTML = failures.isEmpty ? "" : "<ol class=\"failures\">\(failures)</ol>\(more)"
    return PageSection(id: "integrity", title: "Is it sound?", "\(verdict)\(list)")
  }

  private var verdict: HTML {
    guard report.format != nil else {
      return """
        <p class="verdict bad">No: it cannot be opened. \(HumanText.count(report.failures.count, "problem")) \
        \(report.failures.count.noun("was", "were")) found.</p>
        """
    }
    let read: Message =
      "\(HumanText.count(report.checkedTensorCount, "tensor")) read, \(HumanText.bytes(report.checkedByteCount))"
    let skipped: Message =
      report.skippedTensorCount == 0 ? "" : ", \(HumanText.grouped(report.skippedTensorCount)) without plain data"
    guard report.isSound else {
      return """
        <p class="verdict bad">No: \(HumanText.count(report.failures.count, "failure")). \(read)\(skipped).</p>
        """
    }
    return switch report.evidence {
    case .checksums: "<p class=\"verdict good\">Yes: \(read)\(skipped), and every checksum matches.</p>"
    case .digests: "<p class=\"verdict good\">Yes: \(read)\(skipped), and each matches its checksum.</p>"
    case .unchecked:
      "<p class=\"verdict warn\">The structure is sound: \(read)\(skipped). Checksums were not verified: values are not proved.</p>"
    case .nothing, nil:
      "<p class=\"verdict\">The structure is sound: \(read)\(skipped). The format has no checksums: values cannot be proved.</p>"
    }
  }
}
