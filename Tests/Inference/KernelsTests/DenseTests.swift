import Kernels
import Testing

@Suite("Dense")
struct DenseTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var rows, depth, outputs: Int
    var testDescription: String { "\(rows) x \(depth) x \(outputs)" }
  }

  static let rows: [Row] = [
    Row(rows: 1, depth: 1, outputs: 1), Row(rows: 3, depth: 8, outputs: 16), Row(rows: 5, depth: 9, outputs: 15),
    Row(rows: 6, depth: 7, outputs: 17), Row(rows: 7, depth: 31, outputs: 33), Row(rows: 13, depth: 17, outputs: 101),
    Row(rows: 40, depth: 11, outputs: 5),
    // The scenes model's LSTM for three beams, and a stretch of its logits.
    Row(rows: 3, depth: 256, outputs: 64), Row(rows: 3, depth: 128, outputs: 50),
  ]

  @Test("every variant gives what the definition gives, with the same bits on any number of threads", arguments: rows)
  func agrees(row: Row) {
    var generator = SeededGenerator(seed: UInt64(row.depth))
    let input = generator.floats(row.rows * row.depth)
    let weights = generator.floats(row.depth * row.outputs)
    let bias = generator.floats(row.outputs)
    func reference(_ input: [Float], _ weights: [Float], _ bias: [Float]) -> [Float] {
      var output = [Float](repeating: canary, count: row.rows * row.outputs)
      var span = output.mutableSpan
      Dense.reference(input.span, rowCount: row.rows, weights: weights.span, bias: bias.span, output: &span)
      return output
    }
    let expected = reference(input, weights, bias)
    let tolerances = reference(input.map(abs), weights.map(abs), bias.map(abs)).map {
      sumTolerance(depth: row.depth, magnitude: $0)
    }
    for (variant, layout) in KernelVariant.layouts(columnCount: row.outputs) {
      let packed = PackedMatrix(rows: weights.span, depth: row.depth, layout: layout, bias: bias)
      let results = [1, 2, 7].map { threads in
        var output = [Float](repeating: canary, count: row.rows * row.outputs)
        var span = output.mutableSpan
        let pool = WorkerPool(threadCount: threads)
        Dense.run(input.span, rowCount: row.rows, weights: packed, output: &span, on: pool, variant: variant)
        return output
      }
      #expect(firstDifference(results[0], expected, within: tolerances) == nil, "\(variant), \(layout)")
      for result in results { #expect(haveSameBits(result, results[0]), "\(variant), \(layout)") }
    }
  }

  @Test("a row's result does not depend on the rows beside it")
  func rowsAreIndependent() {
    var generator = SeededGenerator(seed: 3)
    let weights = generator.floats(20 * 30)
    let input = generator.floats(8 * 20)
    let packed = PackedMatrix(rows: weights.span, depth: 20, layout: PanelLayout(columnCount: 30))
    func run(_ input: [Float]) -> [Float] {
      var output = [Float](repeating: 0, count: input.count / 20 * 30)
      var span = output.mutableSpan
      Dense.run(input.span, rowCount: input.count / 20, weights: packed, output: &span, on: WorkerPool(threadCount: 2))
      return output
    }
    let together = run(input)
    for row in 0..<8 {
      #expect(haveSameBits(run(Array(input[row * 20..<(row + 1) * 20])), Array(together[row * 30..<(row + 1) * 30])))
    }
  }
}
