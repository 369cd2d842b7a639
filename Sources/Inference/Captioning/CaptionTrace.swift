internal import Essentials

/// A caption word by word: how probable the model found each word, and what else it might have said.
package struct CaptionTrace: Sendable, Equatable {
  /// A word at one place in a caption.
  package struct Word: Sendable, Equatable {
    /// The word's ID.
    package let id: Int
    /// How probable the model finds it here, after the picture and the words before, in 0...1.
    package let probability: Double

    /// A word and its probability.
    package init(id: Int, probability: Double) {
      (self.id, self.probability) = (id, probability)
    }
  }

  /// One place in a caption.
  package struct Step: Sendable, Equatable {
    /// What the caption says here.
    package let said: Word
    /// The likeliest other words here, most probable first; among equal ones, the lower ID first.
    package let alternatives: [Word]

    /// A place in a caption.
    package init(said: Word, alternatives: [Word] = []) {
      (self.said, self.alternatives) = (said, alternatives)
    }

    /// The natural logarithm of the word's probability. A probability below the smallest that a search accepts counts
    /// as the smallest, so that the logarithm is finite.
    package var logprob: Double { log(max(said.probability, BeamSearch.smallestProbability)) }
  }

  /// The places after `<S>`, in order; `</S>` is the last of a complete caption.
  package let steps: [Step]

  /// The steps of a caption.
  package init(steps: [Step]) { self.steps = steps }

  /// The natural logarithm of the whole caption's probability, identical to the bit to that of a search that found the
  /// caption.
  package var logprob: Double { steps.reduce(0) { $0 + $1.logprob } }
}
