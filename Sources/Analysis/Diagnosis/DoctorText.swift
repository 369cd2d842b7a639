internal import Files
internal import Foundation
internal import Messages

/// A report as text for a terminal.
public enum DoctorText {
  /// The whole report.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - width: columns of the terminal; sentences are broken there, commands never.
  /// - Returns: lines, the last ended too.
  public static func render(_ report: DoctorReport, width: Int = 100) -> String {
    var blocks = report.groups.map { group($0, report, width: width) }
    let loose = looseFiles(report)
    if !loose.isEmpty { blocks.append(loose) }
    blocks += alike(report.findings).map { findings($0, width: width) }
    blocks.append(conclusion(report))
    return blocks.joined(separator: "\n")
  }

  /// Files that are listed by name; of more, the number is given.
  private static let shownFileCount = 12

  private static func group(_ group: DoctorReport.Group, _ report: DoctorReport, width: Int) -> String {
    var text = "\(group.name.escapedForDisplay): \(group.summary)\n"
    var table = TextTable([.left, .right, .left])
    for path in group.files.prefix(shownFileCount) {
      guard let file = report.files.first(where: { $0.path == path }) else { continue }
      table.add([file.fileName.escapedForDisplay, file.byteCount.map(HumanText.bytes) ?? "", file.title])
    }
    text += table.render(indent: 2)
    if group.files.count > shownFileCount { text += "  … and \(group.files.count - shownFileCount) more\n" }
    if !group.facts.isEmpty { text += wrapped(group.facts.joined(separator: " "), indent: 2, width: width) }
    if let command = group.command { text += "  Use it with:\n    \(command)\n" }
    return text
  }

  /// Files of no group that the doctor knows by their role.
  private static func looseFiles(_ report: DoctorReport) -> String {
    let grouped = Set(report.groups.flatMap(\.files))
    let files = report.files.filter {
      !grouped.contains($0.path) && ($0.role != .other || report.paths.contains($0.path))
    }
    guard !files.isEmpty else { return "" }
    var table = TextTable([.left, .right, .left])
    for file in files.prefix(shownFileCount) {
      table.add([file.path.escapedForDisplay, file.byteCount.map(HumanText.bytes) ?? "", file.title])
    }
    let rest = files.count > shownFileCount ? "  … and \(files.count - shownFileCount) more\n" : ""
    return (report.groups.isEmpty ? "Files\n" : "Other files\n") + table.render(indent: 2) + rest
  }

  /// Findings that say the same of several files, together.
  private static func alike(_ findings: [Finding]) -> [[Finding]] {
    var groups: [[Finding]] = []
    for finding in findings {
      let place = groups.firstIndex { group in
        group[0].kind == finding.kind && group[0].severity == finding.severity
          && group[0].certainty == finding.certainty
          && group[0].explanation == finding.explanation && group[0].remedy.words == finding.remedy.words
      }
      if let place { groups[place].append(finding) } else { groups.append([finding]) }
    }
    return groups
  }

  static func finding(_ finding: Finding, width: Int) -> String { findings([finding], width: width) }

  /// What is the matter with each, then once why and what to do.
  private static func findings(_ group: [Finding], width: Int) -> String {
    let first = group[0]
    let label = first.severity.rawValue.uppercased() + first.certainty.remark
    var text = group.map { wrapped("\(label)  \($0.summary)", indent: 0, width: width, hanging: 2) }.joined()
    if !first.explanation.isEmpty { text += wrapped(first.explanation, indent: 2, width: width) }
    if !first.remedy.words.isEmpty { text += wrapped("What to do: \(first.remedy.words)", indent: 2, width: width) }
    var shown: Set<String> = []
    for command in group.flatMap(\.remedy.commands) where shown.insert(command).inserted { text += "    \(command)\n" }
    return text
  }

  private static func conclusion(_ report: DoctorReport) -> String {
    let counts = Finding.Severity.allCases.reversed().compactMap { severity -> String? in
      let count = report.findings.count { $0.severity == severity }
      return count == 0 ? nil : HumanText.count(count, severity.rawValue)
    }
    if report.isHealthy {
      return counts.isEmpty ? "Nothing is wrong.\n" : "Nothing is wrong; \(counts.joined(separator: ", ")).\n"
    }
    return counts.joined(separator: ", ") + ".\n"
  }

  /// Sentences broken at blanks.
  static func wrapped(_ text: String, indent: Int, width: Int, hanging: Int? = nil) -> String {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging ?? indent)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    lines.append(line)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Finding.Certainty {
  /// What follows the severity where the cause is not proved.
  fileprivate var remark: String {
    switch self {
    case .certain: ""
    case .likely: " (likely)"
    case .possible: " (possible)"
    }
  }
}

extension ExaminedFile {
  /// What the file is, in words.
  public var title: String {
    switch state {
    case .brokenLink: return "link to nothing"
    case .unreadable: return "cannot be opened"
    case .notRegular: return "not a regular file"
    case .readable: break
    }
    switch kind {
    case .empty: return "empty, named as \(role.title)"
    case .lfsPointer: return "Git LFS pointer, in place of the \(role.title)"
    case .html: return "web page"
    case .hdf5 where role == .weights: return "HDF5 file"
    case .safetensors where role == .weights: return "safetensors file"
    case .gzip, .zip, .tar: return role.isPartOfCheckpoint ? "archive, named as \(role.title)" : role.title
    default: return role.title
    }
  }
}
