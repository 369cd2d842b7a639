internal import Kernels

/// Word embedding, LSTM and logits.
struct Decoder: Sendable {
  let sizes: DecoderSizes
  let usesReferenceKernels: Bool
  /// `[vocabularySize, embeddingSize]`.
  let wordEmbedding: [Float]
  /// `[embeddingSize + unitCount, 4 unitCount]`: the input's rows first, then the hidden state's.
  let lstm: MatrixWeights
  /// `[unitCount, vocabularySize]`.
  let logits: MatrixWeights
  let pool: WorkerPool

  /// The states after one more input each.
  ///
  /// - Parameters:
  ///   - states: one per row.
  ///   - inputs: `[rows, embeddingSize]`.
  /// - Returns: one state per row.
  func advance(_ states: [DecoderState], by inputs: [Float]) -> [DecoderState] {
    let (rowCount, unitCount, embeddingSize) = (states.count, sizes.unitCount, sizes.embeddingSize)
    var joined: [Float] = []
    joined.reserveCapacity(rowCount * (embeddingSize + unitCount))
    for (row, state) in states.enumerated() {
      joined += inputs[row * embeddingSize..<(row + 1) * embeddingSize]
      joined += state.hidden
    }
    let gates = [Float](count: rowCount * 4 * unitCount) {
      lstm.multiply(joined, rowCount: rowCount, into: &$0, on: pool)
    }
    var cell = states.flatMap(\.cell)
    var hidden = [Float](repeating: 0, count: cell.count)
    var cellSpan = cell.mutableSpan
    var hiddenSpan = hidden.mutableSpan
    if usesReferenceKernels {
      LSTMCell.reference(
        gates: gates.span, rowCount: rowCount, unitCount: unitCount, cell: &cellSpan, hidden: &hiddenSpan)
    } else {
      LSTMCell.run(gates: gates.span, rowCount: rowCount, unitCount: unitCount, cell: &cellSpan, hidden: &hiddenSpan)
    }
    return (0..<rowCount).map { row in
      let range = row * unitCount..<(row + 1) * unitCount
      return DecoderState(cell: Array(cell[range]), hidden: Array(hidden[range]))
    }
  }

  /// One step: words in, probabilities of the next words out.
  ///
  /// - Precondition: words and states fit the model.
  func step(words: [Int], states: [DecoderState]) -> DecoderStep {
    var inputs: [Float] = []
    inputs.reserveCapacity(words.count * sizes.embeddingSize)
    for word in words {
      inputs += wordEmbedding[word * sizes.embeddingSize..<(word + 1) * sizes.embeddingSize]
    }
    let states = advance(states, by: inputs)
    let hidden = states.flatMap(\.hidden)
    let values = [Float](count: words.count * sizes.vocabularySize) {
      logits.multiply(hidden, rowCount: words.count, into: &$0, on: pool)
    }
    let probabilities = [Float](count: values.count) {
      if usesReferenceKernels {
        Softmax.reference(values.span, rowCount: words.count, output: &$0)
      } else {
        Softmax.run(values.span, rowCount: words.count, output: &$0, on: pool)
      }
    }
    return DecoderStep(logits: values, probabilities: probabilities, states: states)
  }
}
