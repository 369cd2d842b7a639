public import Files
public import Messages

/// Why a file is not a vocabulary, or does not fit this model.
public typealias VocabularyError = LocatedError<VocabularyDefect>

/// What is wrong with a vocabulary.
public enum VocabularyDefect: ErrorReason {
  /// The file system refused.
  case file(FileError)
  /// The file is empty, or is a different kind of file.
  case notText(FileKind)
  /// Text in UTF-16, as some editors save it.
  case utf16
  /// More bytes than a vocabulary has.
  case tooManyBytes(Int, limit: Int)
  /// More lines than a vocabulary has.
  case tooManyLines(limit: Int)
  /// A line, counted from 1, that is longer than any word.
  case lineTooLong(Int, limit: Int)
  /// `<S>` or `</S>` is on no line.
  case missingWord(String)
  /// `<S>` or `</S>` is on several lines.
  case repeatedMarker(String)
  /// More words than the model's embedding has rows.
  case tooManyWords(Int, rows: Int)
  /// The vocabulary inside a converted file is not a JSON list of strings.
  case notAJSONList

  /// Bad data, unless the file system refused.
  public var category: ErrorCategory { if case .file(let error) = self { error.category } else { .badData } }

  /// The file system's message, if it refused.
  public var wholeMessage: Message? { if case .file(let error) = self { error.message } else { nil } }

  /// What was found, what was expected and what to try.
  public var sentence: Message {
    switch self {
    case .file(let error): error.message
    case .notText(let kind):
      "is not a vocabulary; lines of text such as `a 969108` were expected. \(kind.advice ?? "It is binary data.")"
    case .utf16: "is UTF-16 text, but UTF-8 was expected. Save it again as UTF-8: iconv -f UTF-16 -t UTF-8 OLD > NEW"
    case .tooManyBytes(let count, let limit):
      "has \(count.counted("byte")); a vocabulary may have at most \(limit). Check that it is the right file."
    case .tooManyLines(let limit):
      "has more than \(limit.counted("line")), more than any vocabulary has. Check that it is the right file."
    case .lineTooLong(let line, let limit):
      "line \(line) has more than \(limit.counted("byte")), more than any word has. Check that it is the right file."
    case .missingWord(let word):
      "no line has the word \(word), which a captioning model needs. "
        + "The file may be cut short, or belong to another program; examine it with 'decant vocab'."
    case .repeatedMarker(let word):
      "\(word) is on several lines, which 'decant vocab' shows, but must be on exactly one. Find the word_counts.txt that was "
        + "published with the model. Do not remove a line: a word's ID is its line number."
    case .tooManyWords(let count, let rows):
      "has \(count.counted("word")), including <UNK>, but the model's word embedding has \(rows.counted("row")). "
        + "The vocabulary belongs to another model; find the word_counts.txt that was published with this one."
    case .notAJSONList:
      "the vocabulary inside is not a JSON list of strings. "
        + "Convert the model again with --vocab, or give the vocabulary as a separate file."
    }
  }
}
