internal import Bytes
internal import Files
public import Messages

/// A report about a vocabulary file, for people and for programs.
public struct VocabularyReport: Sendable {
  /// The file.
  public let file: VocabularyFile
  /// Rows of the word embedding that it was compared with.
  public let embeddingRows: Int?
  /// What the model's weights show about `<S>` and `</S>`; nil if they were not examined or cannot be read.
  public let markers: MarkerStatement?
  /// Where the clean file was written.
  public let output: String?

  /// Whether captions can be made with the file, because both markers are there.
  public var isUsable: Bool { !file.issues.contains { $0.severity == .error } }

  /// A report on a file that was read, and perhaps compared and written.
  public init(
    _ file: VocabularyFile, embeddingRows: Int? = nil, markers: MarkerStatement? = nil, output: String? = nil
  ) {
    self.file = file
    self.embeddingRows = embeddingRows
    self.markers = markers
    self.output = output
  }

  /// How many issues `text` shows; a different kind of file would fill the screen.
  private static let shownIssueCount = 20

  /// A summary, the first words, and what is worth knowing.
  ///
  /// - Parameter first: how many words are shown.
  /// - Returns: lines, each ended by a line break.
  public func text(first: Int) -> Message {
    var text: Message = "\(file.path): \(file.lines.count.counted("word")), written as \(file.form.title)\n"
    if let vocabulary = try? file.vocabulary() {
      let end: Message = vocabulary.unknownID >= file.lines.count ? " (appended)" : ""
      text += "<S> has ID \(vocabulary.startID), </S> \(vocabulary.endID), <UNK> \(vocabulary.unknownID)\(end)\n"
    }
    if first > 0, !file.lines.isEmpty {
      let words = file.lines.indices.lazy.map { id -> Message in
        "\(id)  \(file.lines[id].word)\(file.lines[id].count.map { "  \($0)" } ?? "")"
      }
      text += "\n\(Message.lines(words, upTo: first))"
    }
    let issues = file.issues.filter { $0.severity > .note }
    text += "\n"
    if issues.isEmpty, markers?.isAgainstVocabulary != true { text += "Nothing is wrong with it.\n" }
    text += .lines(issues.map(\.message), indent: 0, upTo: Self.shownIssueCount)
    if issues.count > Self.shownIssueCount { text += "--json lists all of them.\n" }
    let notes = file.issues.filter { $0.severity == .note }.map { issue -> Message in "Note: \(issue)" }
    text += .lines(notes, indent: 0, upTo: Self.shownIssueCount)
    if let embeddingRows {
      text += "The model's word embedding has \(embeddingRows.counted("row")), enough for these words.\n"
    }
    if let markers { text += .lines(markers.lines, indent: 0) }
    if let output { text += "Wrote \(output): \(file.lines.count.counted("line")), same order.\n" }
    return text
  }

  /// Everything as JSON; see `Schemas/vocab.schema.json`.
  ///
  /// - Throws: `VocabularyError` if there is not enough memory for it.
  public func json() throws(VocabularyError) -> Message {
    let byteCount = (file.lines.count + file.issues.count) * Self.jsonLineByteCount
    guard MemoryRoom.has(byteCount) else {
      throw VocabularyError(.file(FileError(.outOfMemory(byteCount: byteCount), file: file.path)))
    }
    let vocabulary = try? file.vocabulary()
    let record = Record(
      file: file.path, form: file.form.title, lineCount: file.lines.count, startId: vocabulary?.startID,
      endId: vocabulary?.endID, unknownId: vocabulary?.unknownID, embeddingRows: embeddingRows, markers: markers,
      output: output,
      issues: file.issues.map { .init(line: $0.line, severity: "\($0.severity)", text: $0.message) },
      words: file.lines.map { .init(word: $0.word, count: $0.count) })
    // Encoding strings and integers cannot fail.
    return (try? JSONText.document(record)) ?? "{}\n"
  }

  /// The memory that a line or an issue takes while it is converted to JSON; as measured, 424 bytes.
  private static let jsonLineByteCount = 640

  private struct Record: Encodable {
    struct Issue: Encodable {
      let line: Int?
      let severity: String
      let text: Message
    }
    struct Word: Encodable {
      let word: String
      let count: Int?
    }
    let file: String
    let form: Message
    let lineCount: Int
    let startId: Int?
    let endId: Int?
    let unknownId: Int?
    let embeddingRows: Int?
    let markers: MarkerStatement?
    let output: String?
    let issues: [Issue]
    let words: [Word]
  }
}

extension VocabularyFile.Form {
  /// The form in words.
  var title: Message {
    switch self {
    case .plain: "plain words"
    case .bytesLiterals: "Python bytes literals (b'word')"
    case .textLiterals: "Python text literals ('word')"
    }
  }
}
