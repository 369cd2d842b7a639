package import Engine

extension Captioner {
  /// How many other words a trace has at each step by default.
  package static let alternativeCount = 4

  /// How probable the model finds each word of captions that it is made to say, each after its own picture.
  ///
  /// All go through the model together, 128 at a time. The probabilities are the same, to the bit, as in a search.
  ///
  /// - Parameters:
  ///   - captions: the word IDs of each, starting with `<S>`.
  ///   - encodings: the pictures, one per caption.
  ///   - alternativeCount: how many of the likeliest other words to note at each step.
  /// - Returns: a trace per caption; its steps are the words after `<S>`.
  /// - Throws: `CaptionError` if the model's probabilities are not numbers; `EngineError` for a word that the model does not have.
  /// - Precondition: there are as many encodings as captions.
  package func traces(
    of captions: [[Int]], after encodings: [Encoding], alternativeCount: Int = Self.alternativeCount
  ) throws -> [CaptionTrace] {
    try ForcedCaption(model: model, alternativeCount: max(alternativeCount, 0))
      .traces(of: captions, from: encodings.map(\.initialState))
  }

  /// How probable the model finds each word of one caption after one picture.
  package func trace(
    of ids: [Int], after encoding: Encoding, alternativeCount: Int = Self.alternativeCount
  ) throws -> CaptionTrace {
    try traces(of: [ids], after: [encoding], alternativeCount: alternativeCount).first ?? CaptionTrace(steps: [])
  }

  /// The log-probability of each word of one caption, after each of many pictures; used to measure the effect of hiding
  /// parts of a picture on a caption.
  ///
  /// - Returns: `[encodings.count][ids.count - 1]` natural logarithms, none less than that of the smallest probability
  ///   that a search accepts.
  /// - Throws: as `traces`.
  package func logprobs(of ids: [Int], after encodings: [Encoding]) throws -> [[Double]] {
    try traces(of: encodings.map { _ in ids }, after: encodings, alternativeCount: 0).map { $0.steps.map(\.logprob) }
  }
}
