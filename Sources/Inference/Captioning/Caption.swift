internal import Essentials

/// A caption of an image, as word IDs.
public struct Caption: Sendable, Equatable {
  /// The words, starting with `<S>`; `</S>` is the last of a complete caption.
  public var ids: [Int]
  /// The natural logarithm of the caption's probability.
  public var logprob: Double
  /// What captions are ordered by: `logprob`, divided by a power of the length if lengths are normalized.
  public var score: Double
  /// Whether the caption ends with `</S>`, or was cut off at the maximum length.
  public var isComplete: Bool

  /// A caption with the given words.
  public init(ids: [Int], logprob: Double, score: Double, isComplete: Bool) {
    self.ids = ids
    self.logprob = logprob
    self.score = score
    self.isComplete = isComplete
  }

  /// How probable the caption is, in 0...1. The original program prints this, not the score.
  public var probability: Double { exp(logprob) }

  /// The words as they are printed: all except the first and the last.
  ///
  /// The original drops both without looking, so an incomplete caption loses a real word.
  public var printedIDs: ArraySlice<Int> { ids.dropFirst().dropLast() }
}
