public import Messages

/// Something about a vocabulary file that its owner should know. The file is still read.
public struct VocabularyIssue: Sendable, Equatable, MessageConvertible {
  /// How much it matters.
  public enum Severity: Int, Sendable, Comparable {
    /// Harmless, but good to know.
    case note
    /// Some captions may come out wrong.
    case warning
    /// The file cannot be used for captions.
    case error

    /// By weight.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// What it is.
  public enum Kind: Sendable, Equatable {
    /// The word is on an earlier line too. The last line counts when words become IDs.
    case duplicate(String, firstLine: Int)
    /// A blank line, or an empty literal. It keeps its ID.
    case emptyWord
    /// Bytes that are not UTF-8; shown as `\xHH`.
    case invalidUTF8(String)
    /// Begins like a Python literal but is not one; the raw text is the word.
    case damagedLiteral(String)
    /// A bare word in a file of Python literals.
    case plainWordAmongLiterals(String)
    /// A Python literal in a file of bare words; the raw text is the word.
    case literalAmongPlainWords(String)
    /// `"s"` in place of `'s`: removing `b'…'` as text also removed every apostrophe.
    case damagedByCleaner(String)
    /// A literal with white space in it, which the original program would cut off there.
    case whitespaceInWord(String)
    /// `<S>` or `</S>` is on no line.
    case missingWord(String)
    /// `</S>` comes before `<S>`. Both orders are in use, and a model needs its own.
    case endBeforeStart(startID: Int, endID: Int)
    /// A count above that of an earlier line, although programs write lines in order of descending counts: lines were
    /// moved or added.
    case increasingCount(Int, previous: Int)
    /// The text in place of the count is not a number.
    case invalidCount(String)
    /// The count is missing, in a file whose other lines have one.
    case missingCount
    /// The file begins with a byte order mark, which is not part of the first word.
    case byteOrderMark
    /// `<UNK>` is on no line and is appended.
    case unknownWordAppended(id: Int)
  }

  /// What it is.
  public let kind: Kind
  /// The line, counted from 1; nil if the issue concerns the file.
  public let line: Int?

  /// An issue of a line, or of the file.
  public init(_ kind: Kind, line: Int? = nil) {
    self.kind = kind
    self.line = line
  }

  /// How much it matters.
  public var severity: Severity {
    switch kind {
    case .missingWord: .error
    case .endBeforeStart, .byteOrderMark, .unknownWordAppended, .missingCount, .invalidCount: .note
    default: .warning
    }
  }

  /// A sentence with the line number.
  public var message: Message {
    if let line { "line \(line): \(text)" } else { text }
  }

  private var text: Message {
    switch kind {
    case .duplicate(let word, let firstLine): "'\(word)' is already on line \(firstLine); the later line counts"
    case .emptyWord: "has no word; its ID stays reserved, and the original program stops here"
    case .invalidUTF8(let word): "'\(word)' is not UTF-8"
    case .damagedLiteral(let word): "\(word) is a damaged Python literal; used as is"
    case .plainWordAmongLiterals(let word): "'\(word)' is a bare word among Python literals"
    case .literalAmongPlainWords(let word): "\(word) is a Python literal among bare words; used as is"
    case .damagedByCleaner(let word):
      "\(word) lost its apostrophe when a program removed b'…' carelessly; find the original file"
    case .whitespaceInWord(let word): "'\(word)' has white space in it; the clean file keeps the literal"
    case .missingWord(let word): "no line has the word \(word)"
    case .endBeforeStart(let startID, let endID):
      "</S> (ID \(endID)) comes before <S> (ID \(startID)); both orders are in use, and the model needs its own"
    case .increasingCount(let count, let previous):
      "count \(count) is greater than the \(previous) before it; lines may have been moved or added"
    case .invalidCount(let text): "'\(text)' is not a count"
    case .missingCount: "has no count"
    case .byteOrderMark: "the file begins with a byte order mark, which is not part of the first word"
    case .unknownWordAppended(let id): "<UNK> is on no line and is appended as ID \(id)"
    }
  }
}
