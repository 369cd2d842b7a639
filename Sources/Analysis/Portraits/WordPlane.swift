/// The most frequent words, without signs, as points in the plane of their first two principal components.
package struct WordPlane: Sendable, Equatable {
  /// A word.
  package struct Point: Sendable, Equatable {
    /// The word.
    package let word: String
    /// How often it occurs, if that is known.
    package let count: Int?
    /// Its place along the first component.
    package let x: Double
    /// Its place along the second component.
    package let y: Double
  }

  /// The words, the most frequent first.
  package let points: [Point]
  /// Each component's share of the words' variance, from 0 to 1.
  package let shares: [Double]

  /// Places the most frequent words; nil if there are fewer than three, or all are in one place.
  ///
  /// - Parameters:
  ///   - vectors: the words with their rows.
  ///   - limit: how many words.
  package init?(of vectors: WordVectors, limit: Int = 300) {
    let places = vectors.entries.indices.filter { vectors.entries[$0].isSpoken }.prefix(limit)
    guard places.count > 2 else { return nil }
    guard let components = PrincipalComponents(of: places.map(vectors.row), count: 2) else { return nil }
    points = zip(places, components.coordinates).map { place, coordinates in
      Point(
        word: vectors.entries[place].word, count: vectors.entries[place].count, x: coordinates[0], y: coordinates[1])
    }
    shares = components.shares
  }
}
