import Files
import Foundation
import Messages
import Testing

@testable import Vocabulary

@Suite("Vocabulary files")
struct VocabularyFileTests {
  /// The same three words in every form that is in use.
  static let forms: [(text: String, form: VocabularyFile.Form)] = [
    ("a 969108\n<S> 586368\n</S> 586368\n's 2713\ncafé 3\n", .plain),
    ("a 969108\n<S> 586368\n</S> 586368\n's 2713\ncafé 3", .plain),
    ("a 969108\r\n<S> 586368\r\n</S> 586368\r\n's 2713\r\ncafé 3\r\n", .plain),
    ("\u{feff}a 969108\n<S> 586368\n</S> 586368\n's 2713\ncafé 3\n", .plain),
    ("a\t969108\n <S>  586368\n</S> 586368 \n's 2713 more\ncafé 3\n", .plain),
    ("b'a' 969108\nb'<S>' 586368\nb'</S>' 586368\nb\"'s\" 2713\nb'caf\\xc3\\xa9' 3\n", .bytesLiterals),
    ("b'a' 969108\r\nb'<S>' 586368\r\nb'</S>' 586368\r\nb\"'s\" 2713\r\nb'caf\\xc3\\xa9' 3", .bytesLiterals),
    ("\u{feff}b'a' 969108\nb'<S>' 586368\nb'</S>' 586368\nb\"'s\" 2713\nb'caf\\xc3\\xa9' 3\n", .bytesLiterals),
    ("'a' 969108\n'<S>' 586368\n'</S>' 586368\n\"'s\" 2713\n'café' 3\n", .textLiterals),
    ("u'a' 969108\nu'<S>' 586368\nu'</S>' 586368\nu\"'s\" 2713\nu'caf\\xe9' 3\n", .textLiterals),
  ]

  @Test("every form gives the same words, counts and clean file", arguments: forms)
  func anyForm(text: String, form: VocabularyFile.Form) throws {
    let file = try VocabularyFile(parsing: Array(text.utf8))
    #expect(file.form == form)
    #expect(file.lines.map(\.word) == ["a", "<S>", "</S>", "'s", "café"])
    #expect(file.lines.map(\.count) == [969108, 586368, 586368, 2713, 3])
    #expect(String(decoding: file.cleanBytes, as: UTF8.self) == "a 969108\n<S> 586368\n</S> 586368\n's 2713\ncafé 3\n")
    let vocabulary = try file.vocabulary()
    #expect(vocabulary.words == ["a", "<S>", "</S>", "'s", "café", "<UNK>"])
    #expect(vocabulary.startID == 1 && vocabulary.endID == 2 && vocabulary.unknownID == 5)
    let kinds: Set = ["byteOrderMark", "unknownWordAppended"]
    #expect(file.issues.allSatisfy { kinds.contains("\($0.kind)".prefix { $0 != "(" }.description) })
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: [UInt8]
    var issues: [VocabularyIssue]
    var words: [String]

    init(_ name: String, _ lines: String, _ issues: [VocabularyIssue], words: [String]) {
      self.init(name, bytes: Array(lines.utf8), issues, words: words)
    }

    init(_ name: String, bytes: [UInt8], _ issues: [VocabularyIssue], words: [String]) {
      testDescription = name
      text = bytes + Array("<S> 3\n</S> 3\n<UNK> 2\n".utf8)
      self.issues = issues
      self.words = words + ["<S>", "</S>", "<UNK>"]
    }
  }

  static let rows = [
    Row("nothing wrong", "a 9\nb 8\n", [], words: ["a", "b"]),
    Row(
      "a repeated word", "a 9\nb 8\na 7\n", [VocabularyIssue(.duplicate("a", firstLine: 1), line: 3)],
      words: ["a", "b", "a"]),
    Row("a blank line", "a 9\n\nb 8\n", [VocabularyIssue(.emptyWord, line: 2)], words: ["a", "", "b"]),
    Row("a line of blanks", "a 9\n \t\r\nb 8\n", [VocabularyIssue(.emptyWord, line: 2)], words: ["a", "", "b"]),
    Row(
      "bytes that are not UTF-8", bytes: Array("a 9\n".utf8) + [0xe9, 0x74, 0xc3, 0xa9, 0x20, 0x38, 0x0a],
      [VocabularyIssue(.invalidUTF8("\\xe9té"), line: 2)], words: ["a", "\\xe9té"]),
    Row(
      "a count that grows", "a 9\nb 10\n", [VocabularyIssue(.increasingCount(10, previous: 9), line: 2)],
      words: ["a", "b"]),
    Row(
      "a count that is not a number", "a 9\nb x\n", [VocabularyIssue(.invalidCount("x"), line: 2)], words: ["a", "b"]),
    Row(
      "a count beyond 64 bits", "a 99999999999999999999\n",
      [VocabularyIssue(.invalidCount("99999999999999999999"), line: 1)], words: ["a"]),
    Row("a missing count", "a 9\nb\n", [VocabularyIssue(.missingCount, line: 2)], words: ["a", "b"]),
    Row(
      "a naive cleaner's quotes", "a 9\n\"s\" 8\n\"\" 7\n",
      [VocabularyIssue(.damagedByCleaner("\"s\""), line: 2), VocabularyIssue(.damagedByCleaner("\"\""), line: 3)],
      words: ["a", "\"s\"", "\"\""]),
    Row("words that begin with quotes", "' 9\n'' 8\n'n' 7\n\" 6\n`` 5\n", [], words: ["'", "''", "'n'", "\"", "``"]),
    Row(
      "a literal among bare words", "a 9\nb'b' 8\n", [VocabularyIssue(.literalAmongPlainWords("b'b'"), line: 2)],
      words: ["a", "b'b'"]),
    Row("no UTF-8 equivalence between words", "\u{e9} 9\ne\u{301} 8\n", [], words: ["\u{e9}", "e\u{301}"]),
  ]

  @Test("issues of bare words name their line", arguments: rows)
  func issues(row: Row) throws {
    let file = try VocabularyFile(parsing: row.text)
    #expect(file.issues == row.issues)
    #expect(file.lines.map(\.word) == row.words)
    #expect(file.form == .plain)
    #expect(try VocabularyFile(parsing: file.cleanBytes).lines == file.lines)
  }

  @Test("issues of literals name their line, and IDs never move")
  func literalIssues() throws {
    let text = """
      b'a' 9
      b'broken 8
      b'\\xZZ' 7
      b'' 6
      bare 5
      b'two words' 4
      b'\\xff' 3
      b'a' 3
      b'tail'x 2
      b'<S>' 1
      b'</S>' 1
      """
    let file = try VocabularyFile(parsing: Array(text.utf8))
    #expect(file.form == .bytesLiterals)
    #expect(
      file.issues == [
        VocabularyIssue(.unknownWordAppended(id: 11)),
        VocabularyIssue(.damagedLiteral("b'broken"), line: 2),
        VocabularyIssue(.damagedLiteral(#"b'\xZZ'"#), line: 3),
        VocabularyIssue(.emptyWord, line: 4),
        VocabularyIssue(.plainWordAmongLiterals("bare"), line: 5),
        VocabularyIssue(.whitespaceInWord("two words"), line: 6),
        VocabularyIssue(.invalidUTF8(#"\xff"#), line: 7),
        VocabularyIssue(.duplicate("a", firstLine: 1), line: 8),
        VocabularyIssue(.damagedLiteral("b'tail'x"), line: 9),
      ])
    #expect(
      file.lines.map(\.word)
        == ["a", "b'broken", #"b'\xZZ'"#, "", "bare", "two words", #"\xff"#, "a", "b'tail'x", "<S>", "</S>"])
    let vocabulary = try file.vocabulary()
    #expect(vocabulary.startID == 9 && vocabulary.endID == 10 && vocabulary.unknownID == 11)
    #expect(vocabulary.id(of: "a") == 7, "the later line counts")
    let clean = file.cleanBytes.split(separator: 10, omittingEmptySubsequences: false)
    #expect(clean.count == 12)
    #expect(clean[3].elementsEqual("b'' 6".utf8), "would be read as the word 6 otherwise")
    #expect(clean[5].elementsEqual("b'two words' 4".utf8))
    #expect(clean[6].elementsEqual([0xff, 0x20, 0x33]))
  }

  @Test("missing and swapped start and end words are reported")
  func specialWords() throws {
    let none = try VocabularyFile(parsing: Array("a 2\nb 1\n".utf8))
    #expect(none.issues.prefix(2) == [VocabularyIssue(.missingWord("<S>")), VocabularyIssue(.missingWord("</S>"))])
    #expect(none.issues.first?.severity == .error)
    let error = #expect(throws: VocabularyError.self) { try none.vocabulary() }
    #expect(error?.reason == .missingWord("<S>"))
    #expect(error?.description.contains("<S>") == true)
    let swapped = try VocabularyFile(parsing: Array("a 2\n</S> 2\n<S> 2\n".utf8))
    #expect(swapped.issues.first == VocabularyIssue(.endBeforeStart(startID: 2, endID: 1), line: 2))
    #expect(try swapped.vocabulary().startID == 2)
  }

  @Test(
    "what is no text is refused",
    arguments: [
      ([], VocabularyDefect.notText(.empty)),
      ([0xff, 0xfe, 0x61, 0x00], .utf16),
      ([0xff, 0xd8, 0xff, 0xe0], .notText(.jpeg)),
      (Array("<!DOCTYPE html><html>".utf8), .notText(.html)),
      (
        Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n".utf8),
        .notText(.lfsPointer(byteCount: 12))
      ),
      (Array("a 1\n".utf8) + [0], .notText(.unknown)),
    ] as [([UInt8], VocabularyDefect)])
  func noText(bytes: [UInt8], reason: VocabularyDefect) {
    let error = #expect(throws: VocabularyError.self) { try VocabularyFile(parsing: bytes, path: "v.txt") }
    #expect(error == VocabularyError(reason, file: "v.txt"))
    #expect(error?.category == .badData)
  }

  @Test("a missing file and a directory are the file system's errors")
  func fileErrors() {
    let missing = #expect(throws: VocabularyError.self) { try VocabularyFile(path: "/nowhere/word_counts.txt") }
    #expect(missing?.category == .noInput)
    let directory = #expect(throws: VocabularyError.self) { try VocabularyFile(path: "/") }
    #expect(directory?.reason == .file(FileError(.isDirectory, file: "/")))
  }

  @Test("the clean file is written whole, and nothing is replaced unasked")
  func writing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "decant-vocabulary-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "clean.txt").path(percentEncoded: false)
    let file = try VocabularyFile(parsing: Array("b'<S>' 2\nb'</S>' 1\n".utf8))
    try file.writeClean(to: path)
    #expect(FileManager.default.contents(atPath: path).map { [UInt8]($0) } == Array("<S> 2\n</S> 1\n".utf8))
    let error = #expect(throws: VocabularyError.self) { try file.writeClean(to: path) }
    #expect(error?.reason == .file(FileError(.exists, file: path)))
    try file.writeClean(to: path, replacesExisting: true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) == ["clean.txt"])
  }
}
