internal import Essentials
internal import Messages

/// The search for one image's captions, from one step of the model to the next.
///
/// Ask the model for the next word after each of `words`, `advance` by its answer, and repeat until `isDone`.
struct ImageSearch<State> {
  private let search: BeamSearch
  /// Captions to be continued, each with `wordCount` words.
  private var partial: BestBeams<State>
  private var complete: BestBeams<State>
  private var wordCount = 1
  private var failure: CaptionError?

  /// A search that has only `<S>` so far.
  init(_ search: BeamSearch, from initialState: State) {
    self.search = search
    complete = BestBeams(limit: search.options.beamSize)
    partial = BestBeams(limit: search.options.beamSize)
    let start = Caption(ids: [search.startID], logprob: 0, score: 0, isComplete: false)
    partial.add(Beam(caption: start, state: initialState))
  }

  /// Whether nothing is left to ask: the maximum length is reached, no caption can be continued, or the search failed.
  var isDone: Bool { failure != nil || partial.beams.isEmpty || wordCount >= search.options.maximumLength }

  /// The last word of each caption to be continued.
  var words: [Int] { partial.beams.map { $0.caption.ids[wordCount - 1] } }

  /// What the model remembers of each caption to be continued.
  var states: [State] { partial.beams.map(\.state) }

  /// Continues every caption by the most probable words.
  ///
  /// - Parameters:
  ///   - prediction: the model's answer, perhaps for other images as well.
  ///   - firstRow: where the rows of this image begin, one for each of `words`.
  ///   - vocabularySize: probabilities in a row.
  /// - Returns: the row after the last one of this image.
  /// - Precondition: `prediction` has these rows.
  mutating func advance(by prediction: WordPrediction<State>, from firstRow: Int, vocabularySize: Int) -> Int {
    let probabilities = prediction.probabilities.span
    let beams = partial.beams
    partial = BestBeams(limit: search.options.beamSize)
    for (row, beam) in zip(firstRow..., beams) {
      let words = LikeliestWords.find(
        search.options.beamSize, in: probabilities.extracting(row * vocabularySize..<(row + 1) * vocabularySize))
      guard let words else {
        failure = CaptionError(.notANumber(wordCount: wordCount))
        break
      }
      for word in words {
        guard let longer = extend(beam.caption, by: word) else { continue }
        let beam = Beam(caption: longer, state: prediction.states[row])
        if longer.isComplete { complete.add(beam) } else { partial.add(beam) }
      }
    }
    wordCount += 1
    return firstRow + beams.count
  }

  /// The captions found, best first, or why there are none.
  var result: Result<[Caption], CaptionError> {
    if let failure { return .failure(failure) }
    // Cut-off captions are a last resort. They are never mixed with complete ones, which they would beat because they
    // are shorter.
    return .success((complete.beams.isEmpty ? partial : complete).sorted.map(\.caption))
  }

  /// The caption with one more word, or nil for a word that is too improbable.
  private func extend(_ caption: Caption, by word: LikeliestWords.Word) -> Caption? {
    let probability = Double(word.probability)
    if probability < BeamSearch.smallestProbability { return nil }
    var longer = caption
    longer.ids.append(word.id)
    longer.logprob += log(probability)
    longer.score = longer.logprob
    longer.isComplete = word.id == search.endID
    let power = search.options.lengthNormalization
    if longer.isComplete, power > 0 { longer.score /= pow(Double(longer.ids.count), power) }
    return longer
  }
}
