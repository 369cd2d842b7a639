package import Comparison
package import Markup
internal import Messages

/// A page about two sources: what changed from A to B, the largest relative change first.
package struct ComparisonPage: Sendable {
  /// One of the two sources, as a person named it.
  package struct Paths: Sendable {
    /// The path of A.
    package let left: String
    /// The path of B.
    package let right: String

    /// Two paths as they were given.
    package init(left: String, right: String) { (self.left, self.right) = (left, right) }
  }

  private let contrast: SourceContrast
  private let paths: Paths
  private let rowLimit: Int

  /// A page of what differs.
  ///
  /// - Parameters:
  ///   - contrast: what differs.
  ///   - paths: what the person typed.
  ///   - rowLimit: how many tensors the table has; the others are only counted.
  package init(_ contrast: SourceContrast, paths: Paths, rowLimit: Int = 1000) {
    (self.contrast, self.paths, self.rowLimit) = (contrast, paths, max(1, rowLimit))
  }

  /// The page in a file.
  package var page: Page { page(on: .file) }

  /// The page.
  package func page(on place: Page.Place) -> Page {
    let title: Message = "Changes from \(Self.title(paths.left)) to \(Self.title(paths.right))"
    let sections = sections
    let links = sections.map { section -> HTML in
      "<li><a href=\"#\(section.id)\">\(section.title)</a></li>"
    }
    let frame = PageFrame(
      title: title,
      lead: """
        <p class="lead">\(ContrastText.summary(contrast))</p>
        <nav class="contents no-print" aria-label="Contents"><ul>\(links)</ul></nav>
        """,
      main: sections.map(\.html).joined(), place: place)
    return Page(
      title: title, body: frame.body, styles: [.charts, .report, .comparison],
      scripts: contrast.changed.isEmpty ? [] : [.tensorTable], place: place)
  }

  private var sections: [PageSection] {
    [
      SourcesSection(contrast.diff, paths).section,
      FailureSection(contrast.diff).section,
      ScopeChart(contrast.scopes).section,
      ChangeTable(contrast, rowLimit: rowLimit).section,
      DetailsSection(contrast).section,
      OneSidedSection(contrast.diff).section,
      EqualSection(contrast).section,
    ].compactMap(\.self)
  }

  /// The last component of a path; if it has none, the path.
  private static func title(_ path: String) -> Message {
    let parts = path.split(separator: "/")
    return .name(parts.last.map { String($0) } ?? path, limit: 60)
  }
}
