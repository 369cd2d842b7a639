package import Messages

/// One trace in a model's weights of where it has `<S>` and `</S>`.
package struct MarkerSign: Sendable, Equatable {
  /// What was examined.
  package enum Kind: String, Sendable {
    /// The word embedding: `</S>` ends captions and is never an input, so its row keeps the statistics of rows that were never
    /// trained.
    case input
    /// The logits: `<S>` is never to be predicted, so its column moves like those of rows that no word uses.
    case output
    /// Captions that begin with either marker: training taught the model to end with one, and never to say the other.
    case captions
  }

  /// What a trace supports.
  package enum Support: Sendable, Equatable {
    /// The markers are where the vocabulary has them.
    case asGiven
    /// The start and end words are swapped.
    case exchanged
    /// One of them is at neither place.
    case elsewhere
  }

  /// What was examined.
  package let kind: Kind
  /// What it supports.
  package let support: Support
  /// The row that the trace is in: that of `</S>`, and for `output` that of `<S>`.
  package let row: Int
  /// The strength, as the natural logarithm of the odds against chance; it depends on how few of the other frequent
  /// rows would pass as well.
  package let weight: Double

  /// The fact as a clause.
  package var text: Message {
    switch kind {
    case .input: "row \(row) was never an input, as only </S> is"
    case .output: "row \(row) was never to be predicted, as only <S> is"
    case .captions:
      support == .elsewhere
        ? "captions have words at both rows"
        : "captions that are forced to begin with either marker end with row \(row) and never say the other"
    }
  }
}
