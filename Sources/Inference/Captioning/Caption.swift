internal import Foundation

/// A caption of an image, as word IDs.
public struct Caption: Sendable, Equatable {
  /// The words, from `<S>` on; `</S>` is the last of a complete caption.
  public var ids: [Int]
  /// The natural logarithm of the caption's probability.
  public var logprob: Double
  /// What captions are ordered by: `logprob`, divided by a power of the length where lengths are normalized.
  public var score: Double
  /// Whether the caption ends with `</S>`, or was cut off at the maximum length.
  public var isComplete: Bool

  /// A caption of given words.
  public init(ids: [Int], logprob: Double, score: Double, isComplete: Bool) {
    self.ids = ids
    self.logprob = logprob
    self.score = score
    self.isComplete = isComplete
  }

  /// How probable the caption is, in 0...1. The original program prints this, whatever the score.
  public var probability: Double { exp(logprob) }

  /// The words as they are printed: all but the first and the last.
  ///
  /// The original drops both without looking, so a caption that is not complete loses a real word.
  public var printedIDs: ArraySlice<Int> { ids.dropFirst().dropLast() }
}
