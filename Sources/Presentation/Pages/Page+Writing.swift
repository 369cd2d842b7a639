internal import Bytes
internal import Files
package import Markup
internal import Messages
package import Tensors

extension Page {
  /// Writes the page to a file that appears complete or not at all.
  ///
  /// Anyone who may not read the files that the page is about may not read the page.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - replacesExisting: whether a file there may be replaced.
  ///   - sources: the files that the page is about, none of which is ever replaced.
  /// - Returns: the number of bytes.
  /// - Throws: `ReportError.Reason.outputIsSource`, and `FileError` if the file cannot be created or written.
  package func write(to path: String, replacesExisting: Bool, sources: [SourceFile]) throws -> Int {
    try Self.check(path, isNotOf: sources)
    let output = try OutputFile(
      path: path, replacesExisting: replacesExisting,
      permissions: OutputPermissions(notWiderThan: sources.compactMap(\.state)))
    let bytes = Array(html.markup.utf8)
    try output.write(bytes.rawSpan, at: 0)
    try output.commit()
    return bytes.count
  }

  /// Refuses an output that is one of the sources' files, even through links and other spellings of its path.
  ///
  /// - Throws: `ReportError.Reason.outputIsSource`.
  package static func check(_ path: String, isNotOf sources: [SourceFile]) throws(ReportError) {
    guard let state = FileState(path: path) else { return }
    for source in sources where FileState(path: source.path)?.isSameFile(as: state) == true {
      throw ReportError(.outputIsSource(source.path), file: path)
    }
  }
}
