/// A word, and the words whose rows in an embedding point in nearly the same direction.
package struct NearestWords: Sendable, Equatable {
  /// A word that is near.
  package struct Neighbor: Sendable, Equatable {
    /// The word.
    package let word: String
    /// The cosine of the angle between the two rows: 1 for the same direction, 0 for a right angle.
    package let cosine: Double
  }

  /// The word.
  package let word: String
  /// The words near it, the nearest first.
  package let neighbors: [Neighbor]

  /// The words near the most frequent content words.
  ///
  /// - Parameters:
  ///   - vectors: the words with their rows.
  ///   - wordCount: how many words to look at.
  ///   - neighborCount: how many near words to find for each.
  /// - Returns: at most `wordCount` words, the most frequent first.
  package static func find(in vectors: WordVectors, wordCount: Int = 30, neighborCount: Int = 6) -> [NearestWords] {
    let places = vectors.entries.indices.filter { isTelling(vectors.entries[$0]) }.prefix(wordCount)
    return places.map { place in
      var best: [(place: Int, cosine: Double)] = []
      for other in vectors.entries.indices where other != place && vectors.entries[other].isSpoken {
        let cosine = vectors.cosine(place, other)
        guard best.count < neighborCount || cosine > best[best.count - 1].cosine else { continue }
        // Inserted after equally near words: among equals, the more frequent word comes first.
        let position = best.firstIndex { $0.cosine < cosine } ?? best.count
        best.insert((other, cosine), at: position)
        if best.count > neighborCount { best.removeLast() }
      }
      return NearestWords(
        word: vectors.entries[place].word,
        neighbors: best.map { Neighbor(word: vectors.entries[$0.place].word, cosine: $0.cosine) })
    }
  }

  /// Whether a word is likely to have words of its kind: not a marker, a punctuation mark or a function word.
  static func isTelling(_ entry: WordList.Entry) -> Bool {
    guard !entry.isMarker else { return false }
    let word = entry.word.lowercased()
    return word.count > 2 && word.allSatisfy(\.isLetter) && !functionWords.contains(word)
  }

  /// English function words of three letters or more.
  private static let functionWords: Set<String> = [
    "and", "are", "been", "but", "can", "for", "from", "had", "has", "have", "her", "him", "his", "into", "its", "not",
    "off", "onto", "our", "out", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those",
    "was", "were", "which", "while", "who", "will", "with", "you", "your",
  ]
}
