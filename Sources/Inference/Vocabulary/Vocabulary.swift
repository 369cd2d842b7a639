public import Messages

/// The words of a model, by ID: they turn the numbers that it emits into text.
///
/// A word's ID is its line number in `word_counts.txt`, counted from 0. The order is part of the model: two
/// vocabularies with the same words in a different order give different captions.
public struct Vocabulary: Sendable {
  /// The word that begins every caption.
  public static let startWord = "<S>"
  /// The word that ends a complete caption.
  public static let endWord = "</S>"
  /// The word for everything that the vocabulary lacks.
  public static let unknownWord = "<UNK>"

  /// All words by ID, `<UNK>` included.
  public let words: [String]
  /// The ID of `<S>`.
  public let startID: Int
  /// The ID of `</S>`.
  public let endID: Int
  /// The ID of `<UNK>`.
  public let unknownID: Int
  private let ids: [WordKey: Int]

  /// Takes words by ID. `<UNK>` is appended if it is missing, as the original program does.
  ///
  /// - Parameters:
  ///   - words: one per line of the file, in its order.
  ///   - path: the file's name for errors.
  /// - Throws: `VocabularyError` if `<S>` or `</S>` is missing.
  public init(words: [String], path: String = "vocabulary") throws(VocabularyError) {
    var words = words
    var ids: [WordKey: Int] = [:]
    ids.reserveCapacity(words.count + 1)
    // For a repeated word, the last line counts, as in a dictionary that is filled line by line.
    for (id, word) in words.enumerated() { ids[WordKey(word)] = id }
    if ids[WordKey(Self.unknownWord)] == nil {
      ids[WordKey(Self.unknownWord)] = words.count
      words.append(Self.unknownWord)
    }
    guard let startID = ids[WordKey(Self.startWord)] else {
      throw VocabularyError(.missingWord(Self.startWord), file: path)
    }
    guard let endID = ids[WordKey(Self.endWord)] else {
      throw VocabularyError(.missingWord(Self.endWord), file: path)
    }
    self.words = words
    self.startID = startID
    self.endID = endID
    self.unknownID = ids[WordKey(Self.unknownWord)] ?? words.count - 1
    self.ids = ids
  }

  /// The marker, `<S>` or `</S>`, that occurs more than once; nil if there is none.
  public var repeatedMarker: String? {
    [Self.startWord, Self.endWord].first { marker in
      words.lazy.filter { $0.utf8.elementsEqual(marker.utf8) }.prefix(2).count > 1
    }
  }

  /// The same words with `<S>` and `</S>` swapped.
  ///
  /// - Parameter path: the file's name for errors.
  /// - Returns: a vocabulary with the same number of words.
  /// - Throws: `VocabularyDefect.repeatedMarker` if one occurs several times, because it is unclear which to move.
  public func exchangingMarkers(path: String = "vocabulary") throws(VocabularyError) -> Vocabulary {
    if let repeatedMarker { throw VocabularyError(.repeatedMarker(repeatedMarker), file: path) }
    var words = words
    words.swapAt(startID, endID)
    return try Vocabulary(words: words, path: path)
  }

  /// The number of words, `<UNK>` included.
  public var count: Int { words.count }

  /// The number of different words, `<UNK>` included.
  public var distinctCount: Int { ids.count }

  /// The word of an ID; `<UNK>` for one that the vocabulary lacks.
  public func word(_ id: Int) -> String {
    words.indices.contains(id) ? words[id] : Self.unknownWord
  }

  /// The ID of a word; that of `<UNK>` for a word that the vocabulary lacks. For a repeated word, the last.
  public func id(of word: String) -> Int {
    ids[WordKey(word)] ?? unknownID
  }

  /// The words of several IDs, joined by single spaces.
  public func text(of ids: some Sequence<Int>) -> String {
    ids.map(word).joined(separator: " ")
  }

  /// Checks that a model with `rows` rows in its word embedding can have been trained with this vocabulary.
  ///
  /// More rows than words are usual: im2txt has 12000 for 11520 words.
  /// - Throws: `VocabularyError` if there are more words than rows.
  public func check(rows: Int, path: String = "vocabulary") throws(VocabularyError) {
    guard count <= rows else { throw VocabularyError(.tooManyWords(count, rows: rows), file: path) }
  }
}

extension Vocabulary: Equatable {
  /// Whether both have the same bytes for every ID. (Strings alone would also equate composed and decomposed accents.)
  public static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.words.count == right.words.count
      && zip(left.words, right.words).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }
}

/// A word that equals another only if their bytes are the same.
struct WordKey: Hashable {
  private let utf8: [UInt8]

  init(_ word: String) {
    utf8 = Array(word.utf8)
  }
}
