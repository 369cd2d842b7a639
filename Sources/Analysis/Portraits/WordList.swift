internal import Captioning
internal import Messages
package import Tensors
package import Vocabulary

/// The words of a model with their counts, in the order of their frequency.
package struct WordList: Sendable, Equatable {
  /// One word.
  package struct Entry: Sendable, Equatable {
    /// The word's row in the embedding.
    package let id: Int
    /// The word.
    package let word: String
    /// How often it occurs in the training captions; nil if that is not known.
    package let count: Int?

    /// Whether it begins or ends captions, or replaces all words that are not in the list.
    package var isMarker: Bool {
      word == Vocabulary.startWord || word == Vocabulary.endWord || word == Vocabulary.unknownWord
    }

    /// Whether it is a word, not a sign or a marker.
    package var isSpoken: Bool { !isMarker && word.contains(where: \.isLetter) }
  }

  /// The words, the most frequent first; in the order of their IDs if there are no counts, because programs number
  /// words by frequency.
  package let entries: [Entry]
  /// The file that has them.
  package let path: String
  /// The file that has the counts; nil if there are none.
  package let countPath: String?
  /// How many words there are, `<UNK>` included.
  package var count: Int { entries.count }

  /// Takes the words of a vocabulary.
  ///
  /// - Parameters:
  ///   - vocabulary: the words by ID.
  ///   - path: the file that has them.
  ///   - counts: how often each occurs, by ID; nil if not known.
  ///   - countPath: the file that has the counts.
  package init(_ vocabulary: Vocabulary, path: String, counts: [Int?] = [], countPath: String? = nil) {
    let entries = vocabulary.words.enumerated().map { id, word in
      Entry(id: id, word: word, count: id < counts.count ? counts[id].flatMap { $0 < 0 ? nil : $0 } : nil)
    }
    self.path = path
    let hasCounts = entries.contains { $0.count != nil }
    self.countPath = hasCounts ? countPath ?? path : nil
    self.entries =
      hasCounts ? entries.sorted { ($1.count ?? -1, $0.id) < ($0.count ?? -1, $1.id) } : entries
  }

  /// Finds the words of a model as `caption` does: in its metadata, or in a `word_counts.txt` beside it.
  ///
  /// - Parameters:
  ///   - source: the model.
  ///   - given: the file of words that the user named.
  /// - Returns: nil if the model has none.
  /// - Throws: `VocabularyError` if they are damaged.
  package static func find(for source: any TensorSource, given: String? = nil) throws -> WordList? {
    let found: ModelVocabulary
    do {
      found = try ModelVocabulary.find(for: source, given: given)
    } catch let error as CaptionError {
      switch error.reason {
      case .noVocabulary, .anotherModel: return nil
      default: throw error
      }
    }
    switch found.origin {
    case .given, .beside:
      let lines = try VocabularyFile(path: found.path).lines
      return WordList(found.vocabulary, path: found.path, counts: lines.map(\.count))
    case .carried:
      // A converted model does not carry the counts. Their file may still be there, and is right if it has the same
      // words.
      let beside = found.path.besideFile(ModelVocabulary.usualName)
      guard let file = try? VocabularyFile(path: beside), let same = try? file.vocabulary(), same == found.vocabulary
      else { return WordList(found.vocabulary, path: found.path) }
      return WordList(found.vocabulary, path: found.path, counts: file.lines.map(\.count), countPath: beside)
    }
  }
}

extension String {
  fileprivate func besideFile(_ name: String) -> String {
    (lastIndex(of: "/").map { String(self[...$0]) } ?? "") + name
  }
}
