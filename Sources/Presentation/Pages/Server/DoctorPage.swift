package import Diagnosis
package import Markup
internal import Messages

/// What `doctor` says about files that a person drops, or about something that was named.
package struct DoctorPage: Sendable {
  private let report: DoctorReport?
  private let name: String?
  private let directory: String
  private let refusedNames: [String]

  /// A page that asks for files.
  package init() {
    (report, name, directory, refusedNames) = (nil, nil, "", [])
  }

  /// A report.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - name: what it is about; nil for files that were sent.
  ///   - directory: a directory that only the server knows, left out of paths.
  ///   - refusedNames: names of files that were sent but cannot be examined under these names.
  package init(report: DoctorReport, name: String?, directory: String = "", refusedNames: [String] = []) {
    (self.report, self.name, self.directory, self.refusedNames) = (report, name, directory, refusedNames)
  }

  /// The page.
  package var page: Page {
    let lead: HTML =
      name.map { "<p>About \(HTML.name($0))</p>" }
      ?? "<p>Drop all files of a checkpoint, and read what each is, what is missing, and what to do.</p>"
    return ServerFrame.page(
      "What the doctor says", lead: lead, main: "\(name == nil ? Self.form : "")\(report.map(result))",
      scripts: name == nil ? [.drop] : [])
  }

  private static let form: HTML = """
    <form class="drop" id="drop" method="post" action="/doctor" enctype="multipart/form-data">
    <p><label for="files">Drop files here, or choose them</label></p>
    <div class="row"><input id="files" type="file" name="file" multiple required> <button>Examine</button></div>
    <p class="soft">They are copied to unnamed files on this machine, and gone when the answer is there.</p>
    <p id="progress" role="status"></p></form>
    """

  private func result(_ report: DoctorReport) -> HTML {
    let verdict: HTML =
      report.isHealthy
      ? "<p class=\"good\">Nothing is wrong.</p>"
      : "<p class=\"bad\">\(HumanText.count(report.findings.count { $0.severity > .note }, "problem")).</p>"
    let refused: HTML =
      refusedNames.isEmpty
      ? ""
      : """
      <p class="warn">Left out, because the name was taken or cannot be a file's: \
      \(refusedNames.prefix(20).map { HTML.name($0) as HTML }.joined(separator: ", "))</p>
      """
    return """
      \(HTML.section(id: "verdict", title: "Verdict", "\(verdict)\(refused)\(report.findings.map(finding))"))
      \(groups(report))\(files(report))
      """
  }

  private func finding(_ finding: Finding) -> HTML {
    let severity = HTML(text: finding.severity.rawValue)
    let commands: HTML =
      finding.remedy.commands.isEmpty
      ? ""
      : "<pre tabindex=\"0\">\(finding.remedy.commands.map { HTML(text: bare($0)) }.joined(separator: "\n"))</pre>"
    func paragraph(_ words: Message) -> HTML { words.isEmpty ? "" : "<p>\(bare(words.text))</p>\n" }
    return """
      <div class="finding \(severity)"><h3>\(Self.word(finding.severity)): \(bare(finding.summary.text))</h3>
      \(paragraph(finding.explanation))\(paragraph(finding.remedy.words))\(commands)</div>

      """
  }

  private static func word(_ severity: Finding.Severity) -> HTML {
    switch severity {
    case .error: "Error"
    case .warning: "Warning"
    case .note: "Note"
    }
  }

  private func groups(_ report: DoctorReport) -> HTML {
    guard !report.groups.isEmpty else { return "" }
    let groups = report.groups.map { group -> HTML in
      """
      <h3>\(HTML.name(bare(group.name)))</h3>
      <p>\(bare(group.summary.text))</p>\(group.facts.map { "<p>\(bare($0.text))</p>" as HTML })

      """
    }
    return .section(id: "groups", title: "What belongs together", "\(groups)")
  }

  private func files(_ report: DoctorReport) -> HTML {
    let limit = 500
    let rows = report.files.prefix(limit).map { file -> HTML in
      """
      <tr><th scope="row">\(HTML.name(bare(file.path)))</th><td>\(file.title)</td>\
      <td class="number">\(file.byteCount.map(HumanText.bytes) ?? "")</td></tr>

      """
    }
    let rest = report.files.count - limit
    return .section(
      id: "files", title: "Files",
      """
      <div class="scroll" tabindex="0" role="group" aria-label="Files"><table>
      <caption>\(HumanText.count(report.files.count, "file"))\
      \(rest > 0 ? ", of which \(HumanText.grouped(rest)) are not shown" as Message : "")</caption>
      <thead><tr><th scope="col">Name</th><th scope="col">What it is</th><th scope="col" class="number">Size</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """)
  }

  /// A text without the directory that only the server knows.
  private func bare(_ text: String) -> String {
    directory.isEmpty ? text : text.replacing(directory + "/", with: "").replacing(directory, with: ".")
  }
}
