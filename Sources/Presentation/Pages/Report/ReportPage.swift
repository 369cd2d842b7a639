internal import Diagnosis
internal import Files
package import Inspection
package import Markup
package import Messages
internal import MetaGraph
internal import TensorFiles
package import Tensors
package import Threads

/// A page about one source: what it is, whether it is sound, where its parameters are, and what its values are like.
///
/// Making it reads all data once. A tensor that cannot be read, or a source that does not open because its data is bad,
/// is reported on the page.
package struct ReportPage: Sendable {
  /// What is shown, and how the source is read.
  package struct Options: Sendable {
    /// How many of the largest tensors are shown in detail.
    package var detailCount = 16
    /// The names of other tensors shown in detail.
    package var detailNames: [String] = []
    /// How the source is read.
    package var reading = ReadOptions()

    /// The usual page.
    package init() {}
  }

  /// The path as it was given.
  package let path: String
  /// What a check of everything found.
  package let integrity: IntegrityReport
  /// The permissions and identities of the files that the page is about; the page must not replace one of them.
  package let files: [SourceFile]

  private let content: ReportContent?
  private let doctor: DoctorReport?

  /// Reads a source and everything that the page says about it.
  ///
  /// - Parameters:
  ///   - path: a path that `TensorFile` opens.
  ///   - options: what is shown, and how the source is read.
  ///   - cancellation: ends the reading early.
  ///   - progress: called with words for a progress line.
  /// - Throws: `ReportError.Reason.graph` for a graph without values, `MissingTensorError` for a name that is not
  ///   there, `Cancelled` if nobody waits anymore, and errors of opening, except for bad data, which the page shows.
  package init(
    of path: String, options: Options = Options(), cancellation: Cancellation = Cancellation(),
    progress: (Message) -> Void = { _ in }
  ) throws {
    if try GraphFile(path: path) != nil { throw ReportError(.graph, file: path) }
    self.path = path
    let source: any TensorSource
    do {
      source = try TensorFile.open(path, options: options.reading)
    } catch let error as any DecantError where error.category == .badData {
      integrity = IntegrityReport(
        openingFailed: TensorFile.structureProblems(path, openingFailed: error, options: options.reading))
      content = nil
      files = []
      doctor = try? Doctor.examine([path], known: nil, cancellation: cancellation, progress: progress)
      try cancellation.check()
      return
    }
    let content = try ReportContent(
      of: source, at: path, options: options, cancellation: cancellation, progress: progress)
    self.content = content
    integrity = content.profile.integrity
    files = source.files
    var errors: [Int: any Error] = [:]
    for (index, row) in content.profile.rows.enumerated() {
      if case .failed(let error) = row.outcome { errors[index] = error }
    }
    // Decant's own checksums are not part of the format, and the doctor does not look at them.
    let known =
      options.reading.verifiesChecksums && integrity.evidence != .digests
      ? KnownReading(of: source, errors: errors) : nil
    doctor = try? Doctor.examine([path], known: known, cancellation: cancellation, progress: progress)
    try cancellation.check()
  }

  /// The page in a file.
  package var page: Page { page(on: .file) }

  /// The page.
  package func page(on place: Page.Place) -> Page {
    let name = path.lastPart.isEmpty ? path : path.lastPart
    let sections = sections
    let contents = sections.map { section -> HTML in "<li><a href=\"#\(section.id)\">\(section.title)</a></li>" }
    let frame = PageFrame(
      title: .name(name, limit: 120),
      lead: """
        \(lead)<nav class="contents no-print" aria-label="Contents"><ul>\(contents)</ul></nav>
        """, main: sections.map(\.html).joined(), place: place)
    return Page(
      title: .name(name, limit: 120), body: frame.body, styles: [.charts, .report] + PortraitSections.styles,
      scripts: content == nil ? [] : [.tensorTable], place: place)
  }

  private var lead: HTML {
    guard let report = content?.report else { return "<p class=\"lead bad\">This cannot be opened.</p>" }
    return """
      <p class="lead">\(report.format) · \(HumanText.count(report.tensorCount, "tensor")) · \
      \(HumanText.count(report.parameterCount, "parameter")) · \(HumanText.bytes(report.tensorByteCount))</p>
      """
  }

  private var sections: [PageSection] {
    var sections: [PageSection] = []
    if let content { sections.append(MarksSection(content, integrity).section) }
    if let content { sections.append(OverviewSection(content, path).section) }
    sections.append(IntegritySection(integrity, content).section)
    if let doctor { sections.append(DoctorSection(doctor).section) }
    if let content {
      sections.append(
        PageSection(
          id: "map", title: "Where the parameters are", ParameterMap(content.tree, address: content.address(of:)).html))
      sections.append(TensorTable(content).section)
      sections.append(DetailSection(content).section)
      sections += PortraitSections.sections(content.portraits)
    }
    return sections
  }
}
