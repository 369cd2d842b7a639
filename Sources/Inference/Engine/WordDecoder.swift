internal import Kernels
internal import Messages
package import Tensors

/// The half of a model that makes words: word embedding, LSTM and logits, without the network that sees the picture.
///
/// Everything that a vocabulary can be compared with is here, and it is read in a tenth of the time that a whole model takes.
package struct WordDecoder: Sendable {
  private let decoder: Decoder

  /// The number of values in a word's embedding.
  package var embeddingSize: Int { decoder.sizes.embeddingSize }
  /// LSTM units: values of the hidden state.
  package var unitCount: Int { decoder.sizes.unitCount }
  /// Rows of the word embedding and columns of the logits.
  package var vocabularySize: Int { decoder.sizes.vocabularySize }

  init(_ decoder: Decoder) {
    self.decoder = decoder
  }

  /// Reads the decoder of a model; its other tensors need not be there.
  ///
  /// - Parameters:
  ///   - source: the weights, under the names of any version of TensorFlow.
  ///   - options: how the decoder runs.
  /// - Throws: `MissingTensorError` naming every tensor that is missing; `EngineError` for tensors that do not fit each
  ///   other; the source's error if it cannot be read.
  package init(source: any TensorSource, options: EngineOptions = EngineOptions(threadCount: 1)) throws {
    let present = Dictionary(source.descriptors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var missing: [String] = []
    let names = DecoderNames { names in
      if let found = names.lazy.compactMap({ present[$0] }).first { return found }
      missing.append(names[0])
      return .absent
    }
    if !missing.isEmpty { throw MissingTensorError(names: missing, source: source) }
    let reader = FloatReader(source: source)
    let sizes = try names.sizes(checkedBy: reader)
    let isPacked = !options.usesReferenceKernels
    decoder = Decoder(
      sizes: sizes, usesReferenceKernels: options.usesReferenceKernels,
      wordEmbedding: try reader.floats(names.wordEmbedding),
      lstm: .direct(
        try DirectWeights(
          reading: names.lstmKernel, depth: sizes.embeddingSize + sizes.unitCount,
          layout: PanelLayout(columnCount: 4 * sizes.unitCount), bias: reader.floats(names.lstmBias),
          isPacked: isPacked, from: reader)),
      logits: .direct(
        try DirectWeights(
          reading: names.logitsWeights, depth: sizes.unitCount,
          layout: PanelLayout(columnCount: sizes.vocabularySize), bias: reader.floats(names.logitsBias),
          isPacked: isPacked, from: reader)),
      pool: WorkerPool(threadCount: options.threadCount))
  }

  /// A word's row of the embedding, `[embeddingSize]`.
  ///
  /// - Precondition: `word` is in `0..<vocabularySize`.
  package func embedding(of word: Int) -> ArraySlice<Float> {
    decoder.wordEmbedding[word * embeddingSize..<(word + 1) * embeddingSize]
  }

  /// A word's column of the logits, `[unitCount]`.
  ///
  /// - Precondition: `word` is in `0..<vocabularySize`.
  package func logitWeights(of word: Int) -> [Float] { decoder.logits.column(word, of: vocabularySize) }

  /// A word's bias of the logits.
  ///
  /// - Precondition: `word` is in `0..<vocabularySize`.
  package func logitBias(of word: Int) -> Float { decoder.logits.bias(ofColumn: word) }

  /// The state after a picture of which nothing is known: an image embedding of zeros.
  package func stateWithoutImage() -> DecoderState {
    let zeros = [DecoderState(zeros: unitCount)]
    return decoder.advance(zeros, by: Array(repeating: 0, count: embeddingSize)).first ?? zeros[0]
  }

  /// Feeds one word to each of several partial captions; see `ShowAndTell.step`.
  ///
  /// - Throws: `EngineError` for a word or a state that does not fit the model.
  package func step(words: [Int], states: [DecoderState]) throws(EngineError) -> DecoderStep {
    guard words.count == states.count else {
      throw EngineError(.stateCount(expected: words.count, found: states.count))
    }
    if let word = words.first(where: { !(0..<vocabularySize ~= $0) }) {
      throw EngineError(.wordOutOfRange(word, vocabularySize: vocabularySize))
    }
    for count in states.lazy.flatMap({ [$0.cell.count, $0.hidden.count] }) where count != unitCount {
      throw EngineError(.stateSize(expected: unitCount, found: count))
    }
    return decoder.step(words: words, states: states)
  }
}

extension TensorDescriptor {
  /// A substitute for a missing tensor. It is never used, because the error is thrown first.
  static var absent: TensorDescriptor {
    TensorDescriptor(name: "", dtype: .float32, shape: .scalar, byteCount: 4)
  }
}
