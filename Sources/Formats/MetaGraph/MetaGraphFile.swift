internal import Files
internal import Messages

/// A `.meta` file: the graph of a checkpoint.
///
/// Opening walks the file once and keeps names; constants stay in the file, which may be as large as 2 GiB.
package struct MetaGraphFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// The length in bytes.
  package let byteCount: Int
  /// What the file holds.
  package let definition: MetaGraphDefinition

  /// Opens and walks a file.
  ///
  /// - Throws: `MetaGraphError`, which says what the file is if it is a different kind of file.
  package init(path: String) throws(MetaGraphError) {
    let source = try WireFile(opening: path) { .notMetaGraph($0) }
    do throws(MetaGraphError) {
      definition = try MetaGraphDefinition(parsing: source, in: source.wholeRange)
    } catch {
      throw try source.explain(error) { .notMetaGraph($0) }
    }
    self.path = path
    byteCount = source.file.byteCount
  }
}

extension LocatedError<MetaGraphDefect> {
  /// Evaluates `body`, and wraps what the file system says about the file.
  static func wrap<Value>(
    _ path: String, _ body: @autoclosure () throws(FileError) -> Value
  ) throws(MetaGraphError) -> Value {
    do throws(FileError) { return try body() } catch { throw MetaGraphError(.file(error), file: path) }
  }
}

extension WireFile {
  /// Opens a file, and refuses it if its bytes are those of another format.
  convenience init(opening path: String, _ refusal: (FileKind) -> MetaGraphDefect) throws(MetaGraphError) {
    self.init(try MetaGraphError.wrap(path, InputFile(path: path)))
    switch try kind() {
    // A small message may look like text, because a message has no signature.
    case .text, .unknown: break
    case let kind: throw MetaGraphError(refusal(kind), file: path)
    }
  }

  /// What a parsing error means: text that does not even begin like a message never was one.
  func explain(
    _ error: MetaGraphError, _ refusal: (FileKind) -> MetaGraphDefect
  ) throws(MetaGraphError) -> MetaGraphError {
    guard case .wire = error.reason, try kind() == .text, let first = try firstByte(), first >= 0x20 || first == 0x09
    else { return error }
    if let message = TextMessage(path: file.path), message == .graph || message == .metaGraph {
      return MetaGraphError(.textGraph, file: file.path)
    }
    return MetaGraphError(refusal(.text), file: file.path)
  }

  /// Whether the file begins like a GraphDef in text format: after any comments, with one of its fields and a brace or a colon.
  func beginsAsTextGraph() throws(MetaGraphError) -> Bool {
    let head = try MetaGraphError.wrap(file.path, file.read(at: 0, count: min(file.byteCount, 4096)))
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    let text = lines.map { $0.drop(while: \.isWhitespace) }.first { !$0.isEmpty && $0.first != "#" } ?? ""
    let field = text.prefix { $0.isLetter || $0 == "_" }
    let rest = text.dropFirst(field.count).first { !$0.isWhitespace }
    return ["node", "versions", "library", "version"].contains(field) && (rest == "{" || rest == ":" || rest == "<")
  }

  private func kind() throws(MetaGraphError) -> FileKind {
    return try MetaGraphError.wrap(file.path, FileKind(of: file))
  }

  private func firstByte() throws(MetaGraphError) -> UInt8? {
    return try MetaGraphError.wrap(file.path, file.byteCount == 0 ? nil : try file.read(at: 0, count: 1).first)
  }
}
