internal import Engine
internal import Messages

/// Makes a model say given captions, and records how probable it finds every word.
///
/// All captions go through the model together, like the beams of a search; a row's numbers do not depend on the others.
struct ForcedCaption<Model: WordPredictor> {
  let model: Model
  /// How many other words are noted at each step.
  let alternativeCount: Int

  /// Says captions, each after its own picture.
  ///
  /// - Parameters:
  ///   - captions: the word IDs of each, starting with `<S>`.
  ///   - states: what the model remembers of each picture; as many as captions.
  /// - Returns: a trace per caption, with one step fewer than it has words.
  /// - Throws: `CaptionDefect.notANumber` or `.predictionSize` if the model's answer is invalid, `EngineError` for a word that the model
  ///   does not have; what the model throws.
  func traces(of captions: [[Int]], from states: [Model.State]) throws -> [CaptionTrace] {
    precondition(captions.count == states.count, "every caption has a picture")
    var traces: [CaptionTrace] = []
    traces.reserveCapacity(captions.count)
    for start in stride(from: 0, to: captions.count, by: BeamSearch.maximumRowCount) {
      let range = start..<min(start + BeamSearch.maximumRowCount, captions.count)
      traces += try tracesAtOnce(of: Array(captions[range]), from: Array(states[range]))
    }
    return traces
  }

  /// Says captions, few enough to fit into one step of the model.
  private func tracesAtOnce(of captions: [[Int]], from states: [Model.State]) throws -> [CaptionTrace] {
    var states = states
    var steps = captions.map { _ in [CaptionTrace.Step]() }
    var place = 0
    while true {
      let rows = captions.indices.filter { place + 1 < captions[$0].count }
      if rows.isEmpty { return steps.map(CaptionTrace.init) }
      let prediction = try model.predict(after: rows.map { captions[$0][place] }, states: rows.map { states[$0] })
      let vocabularySize = try prediction.vocabularySize(rowCount: rows.count)
      let probabilities = prediction.probabilities.span
      for (row, index) in rows.enumerated() {
        let said = captions[index][place + 1]
        steps[index].append(
          try step(
            saying: said, after: place + 1,
            probabilities.extracting(row * vocabularySize..<(row + 1) * vocabularySize)))
        states[index] = prediction.states[row]
      }
      place += 1
    }
  }

  private func step(saying word: Int, after wordCount: Int, _ row: Span<Float>) throws -> CaptionTrace.Step {
    guard row.indices.contains(word) else { throw EngineError(.wordOutOfRange(word, vocabularySize: row.count)) }
    // One more, because the word itself is probably among them.
    guard let likeliest = LikeliestWords.find(alternativeCount + 1, in: row), !row[word].isNaN else {
      throw CaptionError(.notANumber(wordCount: wordCount))
    }
    return CaptionTrace.Step(
      said: CaptionTrace.Word(id: word, probability: Double(row[word])),
      alternatives: likeliest.filter { $0.id != word }.prefix(alternativeCount).map {
        CaptionTrace.Word(id: $0.id, probability: Double($0.probability))
      })
  }
}

extension WordPrediction {
  /// The number of probabilities in a row.
  ///
  /// - Throws: `CaptionDefect.predictionSize` if there are not as many rows and states as requested.
  func vocabularySize(rowCount: Int) throws(CaptionError) -> Int {
    let size = probabilities.count / rowCount
    guard size > 0, size * rowCount == probabilities.count, states.count == rowCount else {
      throw CaptionError(.predictionSize(rows: rowCount, probabilities: probabilities.count, states: states.count))
    }
    return size
  }
}
