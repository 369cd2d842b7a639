public import Engine

/// What a beam search needs from a model: the probabilities of the next word.
package protocol WordPredictor {
  /// What the model remembers of one partial caption.
  associatedtype State

  /// Feeds the last word of each of several partial captions.
  ///
  /// - Parameters:
  ///   - words: a word ID per row.
  ///   - states: what is remembered for each row.
  /// - Returns: one row of probabilities and one state per word.
  /// - Throws: the model's error.
  func predict(after words: [Int], states: [State]) throws -> WordPrediction<State>
}

/// The probabilities of the next word of several partial captions.
package struct WordPrediction<State> {
  /// `[rows, vocabularySize]`, row-major.
  package var probabilities: [Float]
  /// What to remember for each row.
  package var states: [State]

  /// A model's answer.
  package init(probabilities: [Float], states: [State]) {
    self.probabilities = probabilities
    self.states = states
  }
}

extension ShowAndTell: WordPredictor {
  /// One step of the LSTM for each partial caption.
  package func predict(after words: [Int], states: [DecoderState]) throws -> WordPrediction<DecoderState> {
    let step = try step(words: words, states: states)
    return WordPrediction(probabilities: step.probabilities, states: step.states)
  }
}
