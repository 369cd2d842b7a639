internal import Files
public import Messages

/// A report as text for a terminal.
public enum DoctorText {
  /// The whole report.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - width: columns of the terminal; sentences are broken there, commands never.
  /// - Returns: lines, each ended by a line break.
  public static func render(_ report: DoctorReport, width: Int = 100) -> Message {
    var blocks = report.groups.map { group($0, report, width: width) }
    let loose = looseFiles(report)
    if !loose.isEmpty { blocks.append(loose) }
    blocks += alike(report.findings).map { findings($0, width: width) }
    blocks.append(conclusion(report))
    return blocks.joined(separator: "\n")
  }

  private static func group(_ group: DoctorReport.Group, _ report: DoctorReport, width: Int) -> Message {
    let files = group.files.compactMap { path in report.files.first { $0.path == path } }
    var text: Message = "\(group.name): \(group.summary)\n\(table(files, \.fileName))"
    if !group.facts.isEmpty { text += group.facts.joined(separator: " ").wrapped(indent: 2, width: width) }
    if let command = group.command { text += "  Use it with:\n    \(command)\n" }
    return text
  }

  /// Files of no group that the doctor knows by their role.
  private static func looseFiles(_ report: DoctorReport) -> Message {
    let grouped = Set(report.groups.flatMap(\.files))
    let files = report.files.filter {
      !grouped.contains($0.path) && ($0.role != .other || report.paths.contains($0.path))
    }
    guard !files.isEmpty else { return "" }
    return "\(report.groups.isEmpty ? "Files" : "Other files")\n\(table(files, \.path))"
  }

  /// Names, lengths and roles of the first files, and how many more there are.
  private static func table(_ files: [ExaminedFile], _ name: (ExaminedFile) -> String) -> Message {
    var table = TextTable([.left, .right, .left])
    for file in files.prefix(shownFileCount) {
      table.add(["\(name(file))", file.byteCount.map(HumanText.bytes) ?? "", file.title])
    }
    let rest = files.count - shownFileCount
    return rest > 0 ? "\(table.render(indent: 2))  … and \(HumanText.grouped(rest)) more\n" : table.render(indent: 2)
  }

  /// How many files are listed by name; the rest are counted.
  private static let shownFileCount = 12

  /// Groups findings that say the same about different files.
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

  static func finding(_ finding: Finding, width: Int) -> Message { findings([finding], width: width) }

  /// What is wrong with each, then once why and what to do.
  private static func findings(_ group: [Finding], width: Int) -> Message {
    let first = group[0]
    let label: Message = "\(first.severity.rawValue.uppercased())\(first.certainty.remark)"
    var text = group.map { finding -> Message in
      ("\(label)  \(finding.summary)" as Message).wrapped(indent: 0, width: width, hanging: 2)
    }.joined()
    if !first.explanation.isEmpty { text += first.explanation.wrapped(indent: 2, width: width) }
    if !first.remedy.words.isEmpty {
      text += ("What to do: \(first.remedy.words)" as Message).wrapped(indent: 2, width: width)
    }
    var shown: Set<String> = []
    let commands = group.flatMap(\.remedy.commands).filter { shown.insert($0).inserted }
    return text + .lines(commands.map { "\($0)" }, indent: 4)
  }

  private static func conclusion(_ report: DoctorReport) -> Message {
    let counts = Finding.Severity.allCases.reversed().compactMap { severity -> Message? in
      let count = report.findings.count { $0.severity == severity }
      return count == 0 ? nil : HumanText.count(count, severity.rawValue)
    }.joined(separator: ", ")
    guard report.isHealthy else { return "\(counts).\n" }
    return counts.isEmpty ? "Nothing is wrong.\n" : "Nothing is wrong; \(counts).\n"
  }
}

extension Finding.Certainty {
  /// What follows the severity if the cause is not certain.
  fileprivate var remark: Message {
    switch self {
    case .certain: ""
    case .likely: " (likely)"
    case .possible: " (possible)"
    }
  }
}

extension ExaminedFile {
  /// What the file is, in words.
  public var title: Message {
    switch state {
    case .brokenLink: return "broken link"
    case .unreadable: return "cannot be opened"
    case .notRegular: return "not a regular file"
    case .readable: break
    }
    switch kind {
    case .empty: return "empty, named as \(role.title)"
    case .lfsPointer: return "Git LFS pointer instead of the \(role.title)"
    case .html: return "web page"
    case .hdf5 where role == .weights: return "HDF5 file"
    case .safetensors where role == .weights: return "safetensors file"
    case .gzip, .bzip2, .xz, .zstandard, .zip, .tar: return role.isPartOfCheckpoint ? "archive, named as \(role.title)" : role.title
    default: return role.title
    }
  }
}
