/// Searches for the most probable captions exactly as the original program does, step by step, ties included.
///
/// Every step asks the model once about all partial captions. Each is extended by its `beamSize` most probable words.
/// Captions that end with `</S>` compete for the places of complete captions, the others for the places in the next
/// step. The search continues when the first captions are complete, because a longer one may still be more probable.
/// - Source: im2txt `caption_generator.py`.
package struct BeamSearch: Sendable {
  /// The settings.
  package let options: CaptionOptions
  /// The ID of `<S>`.
  package let startID: Int
  /// The ID of `</S>`.
  package let endID: Int

  /// Words less probable than this are never taken, so that no logarithm of zero occurs.
  static let smallestProbability = 1e-12

  /// How many partial captions the model is asked about at once, if each image has fewer. A pass over the weights takes
  /// little longer for eight images with three beams than for one, and wide beams of many images would take much
  /// memory.
  static let maximumRowCount = 128

  /// A search that begins with `startID` and ends captions at `endID`.
  package init(options: CaptionOptions = .standard, startID: Int, endID: Int) {
    self.options = options
    self.startID = startID
    self.endID = endID
  }

  /// The captions of one image, best first: the complete ones, or, if there are none, those that were cut off.
  ///
  /// - Parameters:
  ///   - initialState: what the model remembers of the image.
  ///   - model: the probabilities of the next word.
  /// - Returns: at most `beamSize` captions; none if no word is probable enough.
  /// - Throws: `CaptionError` if the model's answer is invalid; what `model` throws.
  package func captions<Model: WordPredictor>(from initialState: Model.State, _ model: Model) throws -> [Caption] {
    try captions(fromEach: [initialState], model).first?.get() ?? []
  }

  /// The captions of several images, each as if it were the only one.
  ///
  /// The partial captions of all images are put to the model together; an image is left out once its search has ended.
  ///
  /// - Parameters:
  ///   - initialStates: what the model remembers of each image.
  ///   - model: the probabilities of the next word. Its answer to one row must not depend on the others.
  /// - Returns: in the order of `initialStates`, the captions of each image, or why it has none.
  /// - Throws: `CaptionDefect.predictionSize` if the model's answer has the wrong size; what `model` throws.
  package func captions<Model: WordPredictor>(
    fromEach initialStates: [Model.State], _ model: Model
  ) throws -> [Result<[Caption], CaptionError>] {
    var searches = initialStates.map { ImageSearch(self, from: $0) }
    while true {
      let asking = inFlight(searches)
      if asking.isEmpty { return searches.map(\.result) }
      let words = asking.flatMap { searches[$0].words }
      let prediction = try model.predict(after: words, states: asking.flatMap { searches[$0].states })
      let vocabularySize = try prediction.vocabularySize(rowCount: words.count)
      var row = 0
      for index in asking { row = searches[index].advance(by: prediction, from: row, vocabularySize: vocabularySize) }
    }
  }

  /// The searches that go into the model's next step: as many as fit, at least one, starting with the first that has
  /// not ended.
  ///
  /// Those that were in the last step stay, because no search before them starts again.
  private func inFlight<State>(_ searches: [ImageSearch<State>]) -> ArraySlice<Int> {
    searches.indices.filter { !searches[$0].isDone }.prefix(max(Self.maximumRowCount / options.beamSize, 1))
  }
}
