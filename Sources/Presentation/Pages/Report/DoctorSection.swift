internal import Diagnosis
internal import Markup
internal import Messages

/// What `decant doctor` says about the same files.
struct DoctorSection {
  private let report: DoctorReport

  init(_ report: DoctorReport) { self.report = report }

  private static let shownFindingCount = 60
  private static let shownGroupCount = 12

  var section: PageSection {
    PageSection(id: "doctor", title: "What the doctor says", "\(conclusion)\(groups)\(findings)")
  }

  private var conclusion: HTML {
    let counts = Finding.Severity.allCases.reversed().compactMap { severity -> Message? in
      let count = report.findings.count { $0.severity == severity }
      return count == 0 ? nil : HumanText.count(count, severity.rawValue)
    }.joined(separator: ", ")
    guard report.isHealthy else {
      return "<p class=\"verdict \(Self.class(of: report.gravest ?? .warning))\">\(counts).</p>\n"
    }
    return "<p class=\"verdict good\">Nothing is wrong\(counts.isEmpty ? "" : "; \(counts)" as Message).</p>\n"
  }

  private var groups: HTML {
    let groups = report.groups.prefix(Self.shownGroupCount).map { group -> HTML in
      let command: HTML = group.command.map { "<p>Use it with <code>\($0)</code></p>" } ?? ""
      return """
        <div class="panel"><p>\(HTML.name(group.name)): \(group.summary).</p><p class="soft">\
        \(group.facts.joined(separator: " "))</p>\(command)</div>

        """
    }
    let rest = report.groups.count - groups.count
    return groups.joined() + (rest > 0 ? "<p>and \(HumanText.grouped(rest)) more</p>" : "")
  }

  private var findings: HTML {
    guard !report.findings.isEmpty else { return "" }
    let items = report.findings.prefix(Self.shownFindingCount).map { finding -> HTML in
      let certainty: HTML = finding.certainty == .certain ? "" : " (\(finding.certainty.rawValue))"
      let explanation: HTML = finding.explanation.isEmpty ? "" : "<p>\(finding.explanation)</p>"
      let remedy: HTML = finding.remedy.words.isEmpty ? "" : "<p>What to do: \(finding.remedy.words)</p>"
      let commands = finding.remedy.commands.map { command -> HTML in
        "<pre tabindex=\"0\"><code>\(command)</code></pre>"
      }
      return """
        <li><p><strong class="\(Self.class(of: finding.severity))">\(finding.severity.rawValue)\(certainty)</strong> \
        \(finding.summary)</p>\(explanation)\(remedy)\(commands)</li>

        """
    }
    let rest = report.findings.count - items.count
    let more: HTML = rest > 0 ? "<p>and \(HumanText.count(rest, "more finding")); decant doctor lists all.</p>" : ""
    return "<ul class=\"findings\">\(items)</ul>\(more)"
  }

  private static func `class`(of severity: Finding.Severity) -> HTML {
    switch severity {
    case .error: "bad"
    case .warning: "warn"
    case .note: "soft"
    }
  }
}
