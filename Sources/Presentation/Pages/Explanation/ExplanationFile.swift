internal import Bytes
internal import Explanation
package import Files
package import Markup
internal import Messages

/// The file of an explanation's page, created before the work begins, so that nothing is computed for a file that
/// cannot be written.
package struct ExplanationFile: ~Copyable {
  private let file: OutputFile

  /// Begins the file, which appears when the page is written to it.
  ///
  /// Anyone who may not read the picture or the model may not read the page.
  ///
  /// - Parameters:
  ///   - path: the page's file.
  ///   - replacesExisting: whether an existing file may be replaced.
  ///   - sources: the picture's and the model's files, which are never replaced, by whatever path or link.
  /// - Throws: `ExplanationDefect.outputIsSource`; `FileError` if the file cannot be created.
  package init(path: String, replacesExisting: Bool, sources: [String]) throws {
    let states = sources.compactMap { source in FileState(path: source).map { (source, $0) } }
    if let output = FileState(path: path), let (source, _) = states.first(where: { $1.isSameFile(as: output) }) {
      throw ExplanationError(.outputIsSource(source), file: path)
    }
    file = try OutputFile(
      path: path, replacesExisting: replacesExisting, permissions: OutputPermissions(notWiderThan: states.map(\.1)))
  }

  /// Writes the page and gives it its name.
  ///
  /// - Throws: `FileError` if it cannot be written; then there is no page.
  package consuming func write(_ page: Page) throws(FileError) {
    try file.write(Array(page.html.markup.utf8).rawSpan, at: 0)
    try file.commit()
  }
}
