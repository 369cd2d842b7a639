internal import Bytes
internal import Tensors

/// What the weights of a captioning model tell about the words that it was trained with.
///
/// Three facts of im2txt's training leave traces. `</S>` ends captions and is never an input, so its row of the word
/// embedding keeps its initial values, within ±0.08. `<S>` is an input and never to be predicted, so its column of the logits
/// moves as those of rows that no word uses. And rows behind the last word are neither. How reliable that is was measured;
/// the module's documentation has the figures.
struct WordEvidence {
  /// Rows of the word embedding.
  let rowCount: Int
  /// For each row, whether it is as it was before training.
  let isInitial: [Bool]
  /// For each row, how much its column of the logits points as those of unused rows do: 1 for the same direction. Empty where
  /// there are too few unused rows to know.
  let likenessToUnused: [Float]
  /// For each row, the bias of the logits.
  let biases: [Float]

  /// The first of the rows at the end that training never used as an input.
  let unusedStart: Int

  /// im2txt's initializer draws from ±0.08; half an ulp or so more for files that were rounded.
  private static let initialBound: Float = 0.0801
  /// Rows that are looked at for `<S>` and `</S>`: both are as frequent as captions, hence among the first.
  static let frequentCount = 100
  /// Fewer unused rows do not make a direction.
  private static let minimumUnusedCount = 8

  /// Takes the evidence from values that are at hand.
  ///
  /// - Parameters:
  ///   - largest: for each row of the word embedding, its largest magnitude.
  ///   - columns: the logits' weights, `[units, rows]`.
  ///   - biases: the logits' biases, `[rows]`.
  init?(largest: [Float], columns: [Float], biases: [Float]) {
    let rows = largest.count
    guard rows > 0, biases.count == rows, columns.count.isMultiple(of: rows) else { return nil }
    rowCount = rows
    self.biases = biases
    isInitial = largest.map { $0 <= Self.initialBound }
    var start = rows
    while start > 0, isInitial[start - 1] { start -= 1 }
    unusedStart = start
    likenessToUnused =
      rows - start >= Self.minimumUnusedCount ? Self.likeness(columns, rows: rows, unusedStart: start) : []
  }

  /// Reads the evidence; nil where the model has no such variables, or not as float32.
  init?(_ source: any TensorSource) {
    guard let embedding = source.descriptor(named: "seq_embedding/map"), embedding.shape.rank == 2,
      let weights = source.descriptor(named: "logits/weights"), weights.shape.rank == 2,
      let biases = source.descriptor(named: "logits/biases"), biases.shape.rank == 1,
      embedding.shape.dimensions[1] > 0, let rows = embedding.shape.dimensions.first, rows > 0,
      weights.shape.dimensions[1] == rows, biases.shape.elementCount == rows,
      let embeddingValues = Self.floats(embedding, source), let columns = Self.floats(weights, source),
      let biasValues = Self.floats(biases, source)
    else { return nil }
    let depth = embedding.shape.dimensions[1]
    let largest = (0..<rows).map { row in
      embeddingValues[(row * depth)..<((row + 1) * depth)].reduce(0) { max($0, $1.magnitude) }
    }
    self.init(largest: largest, columns: columns, biases: biasValues)
  }

  private static func floats(_ descriptor: TensorDescriptor, _ source: any TensorSource) -> [Float]? {
    guard descriptor.dtype == .float32, descriptor.byteCount == descriptor.shape.elementCount * 4,
      let bytes = try? source.readAll(descriptor), bytes.count == descriptor.byteCount
    else { return nil }
    return stride(from: 0, to: bytes.count, by: 4).map { Float(bitPattern: bytes.littleEndian32(at: $0)) }
  }

  /// The cosine of each column with the mean of the unused ones.
  private static func likeness(_ columns: [Float], rows: Int, unusedStart: Int) -> [Float] {
    var dots = [Float](repeating: 0, count: rows)
    var squares = [Float](repeating: 0, count: rows)
    var meanSquare: Float = 0
    for unit in stride(from: 0, to: columns.count, by: rows) {
      let mean = columns[(unit + unusedStart)..<(unit + rows)].reduce(0, +) / Float(rows - unusedStart)
      meanSquare += mean * mean
      for row in 0..<rows {
        let value = columns[unit + row]
        dots[row] += value * mean
        squares[row] += value * value
      }
    }
    return zip(dots, squares).map { $0 / max(($1 * meanSquare).squareRoot(), .leastNormalMagnitude) }
  }

  /// Whether training left traces that can be read: nearly all frequent words have moved from where they began.
  var isReadable: Bool {
    let frequent = isInitial.prefix(min(Self.frequentCount, unusedStart))
    return frequent.count >= 10 && frequent.count { $0 } * 10 <= frequent.count
  }

  /// Rows among the frequent ones that were never an input: where the model has `</S>`.
  var endCandidates: [Int] { (0..<min(Self.frequentCount, unusedStart)).filter { isInitial[$0] } }

  /// The row among the frequent ones that was an input and never to be predicted: where the model has `<S>`.
  var startCandidate: Int? {
    guard let floor = unusedLikeness else { return nil }
    let rows = (0..<min(Self.frequentCount, unusedStart)).filter { !isInitial[$0] }
    guard let best = rows.max(by: { likenessToUnused[$0] < likenessToUnused[$1] }) else { return nil }
    return likenessToUnused[best] >= floor ? best : nil
  }

  /// The least likeness of an unused row to all of them, with a margin; nil where it is not known, or tells nothing.
  var unusedLikeness: Float? {
    guard let least = likenessToUnused[min(unusedStart, likenessToUnused.count)...].min() else { return nil }
    // Columns that have not moved together point anywhere.
    return least > 0.3 ? least - 0.05 : nil
  }
}
