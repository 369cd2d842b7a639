import Captioning

/// A model whose probabilities are a function of the words so far, for tests that say exactly what happens.
struct ScriptedModel: WordPredictor {
  /// The words fed so far, which is all that this model remembers.
  typealias State = [Int]

  /// The probabilities of the next word after some words.
  var probabilities: ([Int]) -> [Float]

  func predict(after words: [Int], states: [[Int]]) throws -> WordPrediction<[Int]> {
    let states = zip(states, words).map { $0 + [$1] }
    return WordPrediction(probabilities: states.flatMap(probabilities), states: states)
  }
}
