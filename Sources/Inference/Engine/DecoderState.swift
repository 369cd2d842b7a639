/// What the LSTM remembers of one partial caption.
public struct DecoderState: Sendable, Equatable {
  /// The cell state c, `[unitCount]`.
  public var cell: [Float]
  /// The hidden state h, `[unitCount]`; also the cell's output.
  public var hidden: [Float]

  /// A state of the given values.
  public init(cell: [Float], hidden: [Float]) {
    self.cell = cell
    self.hidden = hidden
  }

  /// The initial state: zeros.
  public init(zeros unitCount: Int) {
    self.init(cell: Array(repeating: 0, count: unitCount), hidden: Array(repeating: 0, count: unitCount))
  }
}

/// The result of one step of the decoder for some words and states.
public struct DecoderStep: Sendable, Equatable {
  /// `[rows, vocabularySize]`, row-major, before softmax.
  public var logits: [Float]
  /// `[rows, vocabularySize]`, row-major: how likely each word is next.
  public var probabilities: [Float]
  /// The states after the words, one per row.
  public var states: [DecoderState]

  /// A step's results.
  public init(logits: [Float], probabilities: [Float], states: [DecoderState]) {
    self.logits = logits
    self.probabilities = probabilities
    self.states = states
  }
}
