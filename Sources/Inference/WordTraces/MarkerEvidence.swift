internal import Engine
internal import Essentials
internal import Vocabulary

/// The traces of `<S>` and `</S>` in a decoder's weights, each compared with the number of other rows that would show
/// the same.
struct MarkerEvidence {
  private let decoder: WordDecoder
  /// The rows that the vocabulary gives to `<S>` and `</S>`.
  private let start: Int
  private let end: Int
  /// The rows of frequent words, the markers among them. Rare words may be as they were before training.
  private let frequent: [Int]
  /// Rows that no word uses.
  private let spare: [Int]

  /// Prepares the examination.
  ///
  /// - Precondition: the decoder has a row for every word.
  init(_ vocabulary: Vocabulary, _ decoder: WordDecoder) {
    self.decoder = decoder
    (start, end) = (vocabulary.startID, vocabulary.endID)
    // <UNK> is the last word, and training that met every word never used it.
    let first = (0..<min(WordEvidence.frequentCount, vocabulary.count)).filter { $0 != vocabulary.unknownID }
    frequent = first + [start, end].filter { !first.contains($0) }
    let rows = max(vocabulary.count, decoder.vocabularySize - Self.maximumSpareCount)..<decoder.vocabularySize
    // A vocabulary that lost lines leaves rows that were used; the second half is safer than the first.
    spare = Array(rows.count >= 8 ? rows.dropFirst(rows.count / 2) : rows[...])
  }

  /// How many rows without a word are examined.
  private static let maximumSpareCount = 1024
  /// Statistics need at least this many.
  private static let minimumSpareCount = 4
  /// With fewer frequent rows, chance cannot be estimated.
  private static let minimumFrequentCount = 10

  /// Whether few enough rows pass for a trace to be evidence.
  private func isTelling(_ rows: [Int]) -> Bool {
    !rows.isEmpty && rows.count <= max(2, frequent.count / 10) && frequent.count >= Self.minimumFrequentCount
  }

  /// The logarithm of the odds against one of `passing` rows being a marker's by chance.
  private func weight(passing: Int) -> Double { log(Double(frequent.count + 1) / Double(passing)) }

  /// The sign that `rows` look as only the row of `marker` should; `other` is the row of the other marker.
  private func sign(_ kind: MarkerSign.Kind, of marker: Int, otherwise other: Int, in rows: [Int]) -> MarkerSign? {
    let (support, row): (MarkerSign.Support, Int)
    switch (rows.contains(marker), rows.contains(other)) {
    case (true, false): (support, row) = (.asGiven, marker)
    case (false, true): (support, row) = (.exchanged, other)
    // Several such rows may be rare words.
    case (false, false) where rows.count == 1: (support, row) = (.elsewhere, rows[0])
    default: return nil
    }
    return MarkerSign(kind: kind, support: support, row: row, weight: weight(passing: rows.count))
  }

  // MARK: - The word embedding

  /// `</S>` is never an input.
  func input() -> MarkerSign? { sign(.input, of: end, otherwise: start, in: neverInputs()) }

  /// The frequent rows that look as if they were never trained; none if that cannot be determined.
  private func neverInputs() -> [Int] {
    let sizes = Dictionary(frequent.map { ($0, size(of: $0)) }, uniquingKeysWith: { first, _ in first })
    func rows(where looks: (Int, Double) -> Bool) -> [Int]? {
      let found = frequent.filter { row in sizes[row].map { looks(row, $0) } ?? false }
      return isTelling(found) ? found : nil
    }
    if let known = untrainedSize, let found = rows(where: { abs($1 - known.mean) <= 4 * known.deviation }) {
      return found
    }
    // Without spare rows: im2txt's initializer is known.
    let deviation = Self.initialDeviation / Double(decoder.embeddingSize).squareRoot()
    let initial = rows { row, size in
      abs(size - Self.initialSize) <= 4 * deviation
        && decoder.embedding(of: row).allSatisfy { $0.magnitude <= WordEvidence.initialBound }
    }
    if let initial { return initial }
    // With another initializer, a single row is far smaller than all others, which training made larger.
    let ordered = frequent.sorted { sizes[$0, default: .nan] < sizes[$1, default: .nan] }
    guard frequent.count >= Self.minimumFrequentCount, let least = sizes[ordered[0]], let next = sizes[ordered[1]],
      least < min(Self.outlierShare, 1 - 4 / (2 * Double(decoder.embeddingSize)).squareRoot()) * next
    else { return [] }
    return [ordered[0]]
  }

  /// Root mean square of values drawn from ±0.08, and its deviation for one value.
  private static let initialSize = 0.08 / 3.0.squareRoot()
  private static let initialDeviation = initialSize * 0.2.squareRoot()
  /// How much smaller that row must be than any other; smaller still if there are only a few, normally distributed
  /// values.
  private static let outlierShare = 0.7

  /// The root mean square of a row of the embedding.
  private func size(of row: Int) -> Double {
    let sum = decoder.embedding(of: row).reduce(0.0) { $0 + Double($1) * Double($1) }
    return (sum / Double(decoder.embeddingSize)).squareRoot()
  }

  /// The size of rows that no word uses; nil if there are too few, or if they are not alike.
  private var untrainedSize: (mean: Double, deviation: Double)? {
    guard spare.count >= Self.minimumSpareCount else { return nil }
    let sizes = spare.map(size)
    let mean = sizes.reduce(0, +) / Double(sizes.count)
    let deviation = (sizes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sizes.count)).squareRoot()
    guard mean > 0, deviation <= mean / 4 else { return nil }
    // A few rows may happen to be more alike than usual.
    return (mean, max(deviation, mean / 2 / Double(decoder.embeddingSize).squareRoot()))
  }

  // MARK: - The logits

  /// `<S>` is never to be predicted.
  func output() -> MarkerSign? { sign(.output, of: start, otherwise: end, in: neverTargets()) }

  /// The frequent rows whose logits columns point in the same direction as those of rows that no word uses; none if
  /// that cannot be determined.
  private func neverTargets() -> [Int] {
    guard spare.count >= Self.minimumSpareCount else { return [] }
    let columns = spare.map(decoder.logitWeights)
    var mean = Array(repeating: 0.0, count: decoder.unitCount)
    for column in columns {
      for unit in mean.indices { mean[unit] += Double(column[unit]) / Double(columns.count) }
    }
    func likeness(_ column: [Float]) -> Double {
      var (dot, square, meanSquare) = (0.0, 0.0, 0.0)
      for (value, mean) in zip(column, mean) {
        dot += Double(value) * mean
        square += Double(value) * Double(value)
        meanSquare += mean * mean
      }
      return dot / max((square * meanSquare).squareRoot(), .leastNormalMagnitude)
    }
    // Columns that have not moved together point in any direction; if there are few, each is a large part of their
    // mean.
    guard let least = columns.map(likeness).min(), least > 0.25 + 1 / Double(spare.count).squareRoot() else {
      return []
    }
    let found = frequent.filter { likeness(decoder.logitWeights(of: $0)) >= least - 0.05 }
    return isTelling(found) ? found : []
  }

  // MARK: - Forced captions

  /// Whichever marker captions begin with, they end with `</S>` and do not contain `<S>`.
  func captions() -> MarkerSign? {
    guard frequent.count >= Self.minimumFrequentCount,
      let forced = ForcedCaptions(beginningWith: [start, end], decoder)
    else { return nil }
    let largest = forced.largest
    if largest[start] >= Self.saidProbability, largest[end] >= Self.saidProbability {
      return MarkerSign(kind: .captions, support: .elsewhere, row: end, weight: 1)
    }
    for (support, first, last) in [(MarkerSign.Support.asGiven, 0, 1), (.exchanged, 1, 0)] {
      let rows = [start, end]
      // A caption that begins normally has several words. The end marker was never an input, so what follows it may be
      // short.
      let (whole, other) = (forced.captions[first], forced.captions[last])
      let (said, unsaid) = (largest[rows[last]], largest[rows[first]])
      guard whole.end == rows[last], other.end == rows[last], whole.words.count >= 2,
        said >= Self.endProbability, unsaid <= Self.unsaidProbability, unsaid * Self.leastRatio <= said
      else { continue }
      let others = frequent.filter { !rows.contains($0) }
      // Rows that come late in both captions could be the end as well; rows that are just as improbable could be the
      // start.
      let ends = others.count { whole.words.dropFirst(2).contains($0) && other.words.contains($0) }
      let starts = others.count { largest[$0] <= unsaid }
      return MarkerSign(
        kind: .captions, support: support, row: rows[last],
        weight: min(weight(passing: ends + 1), log(Double(decoder.vocabularySize))) + weight(passing: starts + 1))
    }
    return nil
  }

  /// The probability that a word clearly reaches at some step if it belongs to a caption.
  private static let saidProbability: Float = 0.5
  /// The least probability of the end marker when it is the likeliest word.
  private static let endProbability: Float = 0.1
  /// The probability that `<S>` never reaches at any step; it is also this fraction of the end marker's.
  private static let unsaidProbability: Float = 0.05
  private static let leastRatio: Float = 20
}
