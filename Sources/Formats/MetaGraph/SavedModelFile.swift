internal import Files
internal import Messages

/// A `saved_model.pb`: one or more graphs, which differ in their tags and share one set of variables.
package struct SavedModelFile: Sendable {
  /// The path of the file.
  package let path: String
  /// The length in bytes.
  package let byteCount: Int
  /// The version of the format; 1 in every file so far.
  package let schemaVersion: Int
  /// The graphs in file order.
  package let metaGraphs: [MetaGraphDefinition]

  /// Opens a SavedModel by its directory or its file.
  ///
  /// - Throws: `MetaGraphError`, such as `textFormat` for `saved_model.pbtxt` and `chunked` for `saved_model.cpb`.
  package init(path: String) throws(MetaGraphError) {
    let path = try Self.resolve(path)
    let source = try WireFile(opening: path) { .notSavedModel($0) }
    var version: Int?
    var graphs: [MetaGraphDefinition] = []
    do throws(MetaGraphError) {
      try source.forEachField(in: source.wholeRange) { (field, payload) throws(MetaGraphError) in
        switch (field, payload) {
        case (1, .number(let number)): version = Int(truncatingIfNeeded: number)
        case (2, .range(let range)): graphs.append(try MetaGraphDefinition(parsing: source, in: range))
        case (1, _), (2, _): throw MetaGraphError(.notSavedModel(.unknown), file: path)
        default: break
        }
      }
    } catch {
      throw try source.explain(error) { .notSavedModel($0) }
    }
    // Version 0 would be absent from the file, but no release wrote it: such a file is something else.
    guard let version else { throw MetaGraphError(.notSavedModel(.unknown), file: path) }
    self.path = path
    byteCount = source.file.byteCount
    schemaVersion = version
    metaGraphs = graphs
  }

  /// The directory that the file is in.
  package var directory: String { path.directoryPart }

  /// The checkpoint prefix of the variables, whether or not there are any.
  package var variablesPrefix: String { directory.joined("variables/variables") }

  private static func resolve(_ path: String) throws(MetaGraphError) -> String {
    guard path.isDirectory else {
      if path.hasSuffix(".pbtxt") { throw MetaGraphError(.textFormat, file: path) }
      if path.hasSuffix(".cpb") { throw MetaGraphError(.chunked, file: path) }
      return path
    }
    func member(_ name: String) -> String? {
      let member = path.joined(name)
      return FileState(path: member) == nil ? nil : member
    }
    if let file = member("saved_model.pb") { return file }
    if let file = member("saved_model.pbtxt") { throw MetaGraphError(.textFormat, file: file) }
    if let file = member("saved_model.cpb") { throw MetaGraphError(.chunked, file: file) }
    throw MetaGraphError(.noSavedModel, file: path)
  }
}
