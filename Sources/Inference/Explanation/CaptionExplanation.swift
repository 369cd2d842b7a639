internal import Essentials
package import Captioning

/// What each word of a picture's best caption depends on.
package struct CaptionExplanation: Sendable, Equatable {
  /// A word of the caption.
  package struct Word: Sendable, Equatable {
    /// The word's ID.
    package let id: Int
    /// The word.
    package let text: String
    /// How probable the model finds the word here, after the whole picture and the words before, in 0...1.
    package let probability: Double
    /// How much less probable it is without each patch.
    package let map: OcclusionMap

    /// A word and its map.
    package init(id: Int, text: String, probability: Double, map: OcclusionMap) {
      (self.id, self.text, self.probability, self.map) = (id, text, probability, map)
    }

    /// How probable the word is with its strongest patch hidden; nil if there is none.
    package var probabilityWithoutStrongest: Double? {
      map.strongest.map { probability * exp(-$0.drop) }
    }
  }

  /// The best caption.
  package let caption: PrintedCaption
  /// Its words, without `<S>` and the final `</S>`.
  package let words: [Word]
  /// The patches that were hidden.
  package let grid: PatchGrid

  /// An explanation with the given words.
  package init(caption: PrintedCaption, words: [Word], grid: PatchGrid) {
    (self.caption, self.words, self.grid) = (caption, words, grid)
  }
}
