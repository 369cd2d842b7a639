internal import Bytes
package import Files
public import Messages

/// A `word_counts.txt` in any form, with everything worth knowing about it.
///
/// One line per word, `word count`, where the word's ID is the line number. Four forms are in use: the bare word, which the
/// original program wrote in Python 2; `b'word'` and `b"word"`, which it wrote in Python 3; and the same without the `b` or
/// with a `u`. A file has literals if most of its words are; bare words may begin with a quote as well (`'s`).
/// IDs never shift: a blank or damaged line keeps its own.
public struct VocabularyFile: Sendable {
  /// How words are written.
  public enum Form: Sendable, Equatable {
    /// `word 12`
    case plain
    /// `b'word' 12`
    case bytesLiterals
    /// `'word' 12` or `u'word' 12`
    case textLiterals
  }

  /// One line.
  public struct Line: Sendable, Equatable {
    /// The word; bytes that are not UTF-8 appear as `\xHH`.
    public var word: String
    /// The count after it, if there is one.
    public var count: Int?
    /// The word as it is in the clean file.
    var cleanBytes: [UInt8]
  }

  /// The file, as it was given.
  public let path: String
  /// How words are written.
  public let form: Form
  /// All lines; a line's index is its word's ID.
  public let lines: [Line]
  /// What is worth knowing, in the order of the lines; issues of the whole file come first.
  public let issues: [VocabularyIssue]

  /// The permissions of a file that is made from this one.
  package internal(set) var permissions = OutputPermissions.ofNewFile

  /// More than any vocabulary: im2txt's has 140 kB.
  static let maximumByteCount = 64 << 20
  /// Each line is kept with everything known about it; im2txt's vocabulary has 11,518 lines.
  static let maximumLineCount = 1 << 20
  /// Bytes of a line; a word with a count has about fifteen.
  static let maximumLineByteCount = 1 << 16

  /// Reads a file.
  ///
  /// - Throws: `VocabularyError` if it cannot be read or is not text. A damaged line is an issue, not an error.
  public init(path: String) throws(VocabularyError) {
    let file: InputFile
    let kind: FileKind
    let bytes: [UInt8]
    do throws(FileError) {
      file = try InputFile(path: path)
      kind = try FileKind(of: file)
      // A checkpoint given as a vocabulary is not read completely.
      bytes = try file.read(at: 0, count: min(file.byteCount, Self.maximumByteCount))
      try file.requireUnchanged()
    } catch {
      throw VocabularyError(.file(error))
    }
    guard file.byteCount <= Self.maximumByteCount else {
      if kind == .text {
        throw VocabularyError(.tooManyBytes(file.byteCount, limit: Self.maximumByteCount), file: path)
      }
      throw VocabularyError(.notText(kind), file: path)
    }
    try self.init(parsing: bytes, path: path)
    permissions = OutputPermissions(notWiderThan: [file.state])
  }

  /// The lines of words that are already in memory, such as those inside a converted model, without counts.
  ///
  /// - Parameters:
  ///   - vocabulary: the words by ID.
  ///   - path: the file that has them.
  public init(_ vocabulary: Vocabulary, path: String) {
    self.path = path
    form = .plain
    lines = vocabulary.words.map { word in
      let bytes = Array(word.utf8)
      // A word with white space could not be read back from a bare line.
      let isBare = !bytes.contains(where: \.isASCIIWhitespace)
      return Line(word: word, count: nil, cleanBytes: isBare ? bytes : Array(PythonLiteral.text(of: bytes).utf8))
    }
    issues = Self.issues(of: lines, lines.map { $0.cleanBytes[...] }, .plain)
  }

  /// Parses the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: the file's name for errors.
  /// - Throws: `VocabularyError` if they are not text.
  public init(parsing bytes: [UInt8], path: String = "word_counts.txt") throws(VocabularyError) {
    try Self.requireText(bytes, path: path)
    var issues: [VocabularyIssue] = []
    var text = bytes[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) {
      text = text.dropFirst(3)
      issues.append(VocabularyIssue(.byteOrderMark))
    }
    var rawLines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // The text after the last line break is a line only if it is not empty.
    if rawLines.last?.isEmpty == true { rawLines.removeLast() }
    let form = Self.form(of: rawLines)
    self.path = path
    self.form = form
    self.lines = rawLines.map { Line(parsing: $0, form: form) }
    self.issues = issues + Self.issues(of: self.lines, rawLines, form)
  }

  /// The vocabulary for captions.
  ///
  /// - Throws: `VocabularyError` if `<S>` or `</S>` is missing.
  public func vocabulary() throws(VocabularyError) -> Vocabulary {
    try Vocabulary(words: lines.map(\.word), path: path)
  }

  /// Checks that a model with `rows` rows in its word embedding can have been trained with these words.
  ///
  /// - Throws: `VocabularyError` if there are more words than rows, `<UNK>` included.
  public func check(rows: Int) throws(VocabularyError) {
    let count = lines.contains { $0.word == Vocabulary.unknownWord } ? lines.count : lines.count + 1
    guard count <= rows else { throw VocabularyError(.tooManyWords(count, rows: rows), file: path) }
  }

  /// Counts lines before they are parsed, because sixty million bytes could hold as many lines. Stops at the first line
  /// over the limit.
  private static func requireLines(_ bytes: [UInt8], path: String) throws(VocabularyError) {
    var count = 1
    var start = 0
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") {
        count += 1
        start = index + 1
        guard count <= maximumLineCount + 1 else {
          throw VocabularyError(.tooManyLines(limit: maximumLineCount), file: path)
        }
      } else if index - start >= maximumLineByteCount {
        throw VocabularyError(.lineTooLong(count, limit: maximumLineByteCount), file: path)
      }
    }
    guard MemoryRoom.has(count * lineByteCount) else {
      throw VocabularyError(.file(FileError(.outOfMemory(byteCount: count * lineByteCount), file: path)))
    }
  }

  /// The memory that a line takes with its word, its issues and its entry in the table of words.
  private static let lineByteCount = 512

  private static func requireText(_ bytes: [UInt8], path: String) throws(VocabularyError) {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw VocabularyError(.utf16, file: path)
    }
    // 512 bytes may end inside a character, which must not make text look like something else.
    let head = Array(bytes.prefix(512))
    switch FileKind(head: head, tail: bytes.suffix(8), byteCount: bytes.count) {
    case .text, .unknown:
      try requireLines(bytes, path: path)
      guard !bytes.contains(0) else { throw VocabularyError(.notText(.unknown), file: path) }
    case let kind: throw VocabularyError(.notText(kind), file: path)
    }
  }

  /// Counts the words that are complete literals; a majority decides.
  private static func form(of rawLines: [ArraySlice<UInt8>]) -> Form {
    var (wordCount, bytesCount, textCount) = (0, 0, 0)
    for line in rawLines {
      let text = line.drop(while: \.isASCIIWhitespace)
      if text.isEmpty { continue }
      wordCount += 1
      switch (try? PythonLiteral(parsing: text))??.prefix {
      case .bytes: bytesCount += 1
      case .unicode, .unprefixed: textCount += 1
      case nil: break
      }
    }
    if bytesCount + textCount <= wordCount / 2 { return .plain }
    return bytesCount >= textCount ? .bytesLiterals : .textLiterals
  }
}
