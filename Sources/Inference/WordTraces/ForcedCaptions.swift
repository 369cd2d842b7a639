internal import Engine

/// The captions of a model that sees no picture: one that begins with each of two rows.
///
/// At each step, the likeliest word is taken, until it is one of the two.
struct ForcedCaptions {
  /// A caption that was forced to begin with one of the rows.
  struct Caption {
    /// The words after the first, without the row that ended it.
    var words: [Int] = []
    /// The row that ended it; nil if none did in time.
    var end: Int?
  }

  /// The captions, in the order of the rows that they begin with.
  private(set) var captions = [Caption(), Caption()]
  /// For each row, its largest probability at any step.
  private(set) var largest: [Float]

  /// im2txt's longest caption.
  static let maximumLength = 20

  /// Says the captions; nil if the model's probabilities are not numbers.
  init?(beginningWith rows: [Int], _ decoder: WordDecoder) {
    largest = Array(repeating: 0, count: decoder.vocabularySize)
    var active = [0, 1]
    var words = rows
    var states = Array(repeating: decoder.stateWithoutImage(), count: 2)
    for _ in 1..<Self.maximumLength where !active.isEmpty {
      guard let step = try? decoder.step(words: words, states: states) else { return nil }
      var next: (active: [Int], words: [Int], states: [DecoderState]) = ([], [], [])
      for (row, index) in active.enumerated() {
        guard let word = note(step.probabilities[(row * largest.count)..<((row + 1) * largest.count)]) else {
          return nil
        }
        if rows.contains(word) {
          captions[index].end = word
        } else {
          captions[index].words.append(word)
          next.active.append(index)
          next.words.append(word)
          next.states.append(step.states[row])
        }
      }
      (active, words, states) = next
    }
  }

  /// Keeps the largest probabilities; returns the likeliest word, or nil if a probability is not a number.
  private mutating func note(_ probabilities: ArraySlice<Float>) -> Int? {
    var best = 0
    var bestProbability: Float = -1
    for (word, probability) in probabilities.enumerated() {
      if probability > largest[word] { largest[word] = probability }
      if probability > bestProbability { (best, bestProbability) = (word, probability) }
      if probability.isNaN { return nil }
    }
    return best
  }
}
