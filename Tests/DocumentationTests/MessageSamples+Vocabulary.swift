import Files
import Messages
import Vocabulary

extension MessageGroup {
  static func vocabulary() -> [MessageGroup] {
    [
      MessageGroup(
        "VocabularyError", VocabularyDefect.self, at: "Inference/Vocabulary/VocabularyError.swift",
        .init([
          .file(FileError(.cannotOpen(2), file: "word_counts.txt")), .notText(.empty), .notText(.unknown), .utf16,
          .tooManyBytes(100_000_000, limit: 67_108_864), .tooManyLines(limit: 1_048_576),
          .lineTooLong(123, limit: 65_536), .missingWord("<S>"), .repeatedMarker("</S>"),
          .tooManyWords(12_001, rows: 12_000),
        ]) { VocabularyError($0, file: "word_counts.txt") },
        .init([.notAJSONList]) { VocabularyError($0, file: "model.safetensors") }),
      MessageGroup(
        "VocabularyIssue", VocabularyIssue.Kind.self, at: "Inference/Vocabulary/VocabularyIssue.swift",
        .init([
          .duplicate("dog", firstLine: 12), .emptyWord, .invalidUTF8("caf\\xe9"), .damagedLiteral("b'dog"),
          .plainWordAmongLiterals("dog"), .plainWordAmongLiterals("a\u{1b}[31mb"), .literalAmongPlainWords("b'dog'"),
          .damagedByCleaner("\"s\""), .whitespaceInWord("hot dog"), .increasingCount(969_108, previous: 1234),
          .invalidCount("12x"), .missingCount,
        ]) { VocabularyIssue($0, line: 123) },
        .init([
          .missingWord("<S>"), .endBeforeStart(startID: 2, endID: 1), .byteOrderMark, .unknownWordAppended(id: 11_999),
        ]) { VocabularyIssue($0) }),
    ]
  }
}
