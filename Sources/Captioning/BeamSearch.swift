internal import Foundation

/// Searches the most probable captions, as the original program does: step by step, ties included.
///
/// Every step asks the model once for all partial captions. Of each, the `beamSize` most probable words make longer
/// captions. Those that end with `</S>` compete for the places of complete captions, the others for the next step's. The
/// search goes on when the first captions are complete, since a longer one may still be more probable.
/// - Source: im2txt `caption_generator.py`.
public struct BeamSearch: Sendable {
  /// The settings.
  public let options: CaptionOptions
  /// The ID of `<S>`.
  public let startID: Int
  /// The ID of `</S>`.
  public let endID: Int

  /// Words less probable than this are never taken, so that no logarithm of zero occurs.
  static let smallestProbability = 1e-12

  /// A search that begins with `startID` and ends captions at `endID`.
  public init(options: CaptionOptions = .standard, startID: Int, endID: Int) {
    self.options = options
    self.startID = startID
    self.endID = endID
  }

  /// The captions of one image, best first: the complete ones, or if there are none those that were cut off.
  ///
  /// - Parameters:
  ///   - initialState: what the model remembers of the image.
  ///   - model: the probabilities of the next word.
  /// - Returns: at most `beamSize` captions; none where the model gives no word a probability worth taking.
  /// - Throws: `CaptionError` where the model's answer is none; what `model` throws.
  public func captions<Model: WordPredictor>(from initialState: Model.State, _ model: Model) throws -> [Caption] {
    let start = Caption(ids: [startID], logprob: 0, score: 0, isComplete: false)
    var partial = [Beam(caption: start, state: initialState)]
    var partialHeap = BestBeams<Model.State>(limit: options.beamSize)
    partialHeap.add(partial[0])
    var complete = BestBeams<Model.State>(limit: options.beamSize)
    for step in 1..<max(options.maximumLength, 1) {
      let prediction = try model.predict(after: partial.map { $0.caption.ids[step - 1] }, states: partial.map(\.state))
      let vocabularySize = prediction.probabilities.count / partial.count
      guard vocabularySize > 0, vocabularySize * partial.count == prediction.probabilities.count,
        prediction.states.count == partial.count
      else {
        throw CaptionError(
          .predictionSize(
            rows: partial.count, probabilities: prediction.probabilities.count, states: prediction.states.count))
      }
      partialHeap = BestBeams(limit: options.beamSize)
      for (row, beam) in partial.enumerated() {
        let start = row * vocabularySize
        guard
          let words = LikeliestWords.find(
            options.beamSize, in: prediction.probabilities[start..<start + vocabularySize])
        else { throw CaptionError(.notANumber(wordCount: step)) }
        for word in words {
          guard let longer = extend(beam.caption, by: word) else { continue }
          let beam = Beam(caption: longer, state: prediction.states[row])
          if longer.isComplete { complete.add(beam) } else { partialHeap.add(beam) }
        }
      }
      partial = partialHeap.beams
      if partial.isEmpty { break }
    }
    // Cut-off captions are a last resort and never mixed with complete ones, which they would beat by being shorter.
    return (complete.beams.isEmpty ? partialHeap : complete).sorted.map(\.caption)
  }

  /// The caption with one more word, or nil for a word that is too improbable.
  private func extend(_ caption: Caption, by word: LikeliestWords.Word) -> Caption? {
    let probability = Double(word.probability)
    if probability < Self.smallestProbability { return nil }
    var longer = caption
    longer.ids.append(word.id)
    longer.logprob += log(probability)
    longer.score = longer.logprob
    longer.isComplete = word.id == endID
    if longer.isComplete, options.lengthNormalization > 0 {
      longer.score /= pow(Double(longer.ids.count), options.lengthNormalization)
    }
    return longer
  }
}
