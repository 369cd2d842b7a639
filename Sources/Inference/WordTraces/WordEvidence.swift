package import Engine

/// What the weights of a captioning model reveal about how many words it was trained with, and in which order.
///
/// Rows of the word embedding that were never an input keep their initial values, which im2txt draws from ±0.08: those of
/// rows after the last word. Frequent words get higher biases of the logits than rare ones. The module's documentation says
/// how reliable that is. `MarkerVerdict` judges `<S>` and `</S>`.
package struct WordEvidence: Sendable {
  /// Rows of the word embedding.
  package let rowCount: Int
  /// For each row, whether it is as it was before training.
  package let isInitial: [Bool]
  /// For each row, the bias of the logits.
  package let biases: [Float]
  /// The first of the rows at the end that training never used as an input.
  package let unusedStart: Int

  /// im2txt's initializer draws from ±0.08; half an ulp or so more for files that were rounded.
  static let initialBound: Float = 0.0801
  /// Rows that are looked at first: `<S>` and `</S>` are as frequent as captions.
  static let frequentCount = 100

  /// Takes the evidence from values that are already in memory.
  ///
  /// - Parameters:
  ///   - largest: for each row of the word embedding, its largest magnitude.
  ///   - biases: the logits' biases, `[rows]`.
  init(largest: [Float], biases: [Float]) {
    rowCount = largest.count
    self.biases = biases
    isInitial = largest.map { $0 <= Self.initialBound }
    var start = rowCount
    while start > 0, isInitial[start - 1] { start -= 1 }
    unusedStart = start
  }

  /// Takes the evidence from a decoder's weights.
  package init(_ decoder: WordDecoder) {
    let rows = 0..<decoder.vocabularySize
    self.init(
      largest: rows.map { decoder.embedding(of: $0).reduce(0) { max($0, $1.magnitude) } },
      biases: rows.map(decoder.logitBias))
  }

  /// Whether training left traces that can be read: nearly all frequent words have changed from their initial values.
  package var isReadable: Bool {
    let frequent = isInitial.prefix(min(Self.frequentCount, unusedStart))
    return frequent.count >= 10 && frequent.count { $0 } * 10 <= frequent.count
  }
}
