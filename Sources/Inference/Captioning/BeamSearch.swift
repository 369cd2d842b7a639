/// Searches the most probable captions, as the original program does: step by step, ties included.
///
/// Every step asks the model once for all partial captions. Of each, the `beamSize` most probable words make longer
/// captions. Those that end with `</S>` compete for the places of complete captions, the others for the next step's. The
/// search goes on when the first captions are complete, since a longer one may still be more probable.
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

  /// Partial captions that the model is asked about at once, where each image has fewer. A pass over the weights costs
  /// little more for eight images of three beams than for one, and wide beams of many images would take much memory.
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
  /// - Returns: at most `beamSize` captions; none if the model gives no word a probability worth taking.
  /// - Throws: `CaptionError` if the model's answer is invalid; what `model` throws.
  package func captions<Model: WordPredictor>(from initialState: Model.State, _ model: Model) throws -> [Caption] {
    try captions(fromEach: [initialState], model).first?.get() ?? []
  }

  /// The captions of several images, each as if it were alone.
  ///
  /// The partial captions of all images are put to the model together; an image whose search has ended is left out from
  /// then on.
  ///
  /// - Parameters:
  ///   - initialStates: what the model remembers of each image.
  ///   - model: the probabilities of the next word. Its answer to one row must not depend on the others.
  /// - Returns: in the order of `initialStates`, the captions as for one image, or why that image has none.
  /// - Throws: `CaptionDefect.predictionSize` if the model answers something else; what `model` throws.
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

  /// The searches that go into the model's next step: from the first that has not ended, as many as fit, at least one.
  ///
  /// Those that were in the last step stay, since nothing before them starts again.
  private func inFlight<State>(_ searches: [ImageSearch<State>]) -> ArraySlice<Int> {
    searches.indices.filter { !searches[$0].isDone }.prefix(max(Self.maximumRowCount / options.beamSize, 1))
  }
}
