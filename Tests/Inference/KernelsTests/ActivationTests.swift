import Kernels
import Testing

@Suite("LSTM cell and softmax")
struct ActivationTests {
  private func lstm(
    _ gates: [Float], _ cell: [Float], rows: Int, variant: KernelVariant?
  ) -> (cell: [Float], hidden: [Float]) {
    var (cell, hidden) = (cell, [Float](repeating: canary, count: cell.count))
    let units = cell.count / rows
    var cellSpan = cell.mutableSpan
    var hiddenSpan = hidden.mutableSpan
    if let variant {
      LSTMCell.run(
        gates: gates.span, rowCount: rows, unitCount: units, cell: &cellSpan, hidden: &hiddenSpan, variant: variant)
    } else {
      LSTMCell.reference(gates: gates.span, rowCount: rows, unitCount: units, cell: &cellSpan, hidden: &hiddenSpan)
    }
    return (cell, hidden)
  }

  @Test("the fast cell is within a few roundings of the definition", arguments: [1, 7, 8, 9, 128], [1, 3])
  func cellAgrees(units: Int, rows: Int) {
    var generator = SeededGenerator(seed: UInt64(units))
    for scale: Float in [0.01, 1, 20, 200] {
      let gates = generator.floats(4 * units * rows, scale: scale)
      let cell = generator.floats(units * rows, scale: 3)
      let expected = lstm(gates, cell, rows: rows, variant: nil)
      for variant in KernelVariant.available {
        let found = lstm(gates, cell, rows: rows, variant: variant)
        // Factors of at most 1 with errors of some units of 2^-24, times a cell of at most 3, plus one such product.
        let what: Comment = "\(variant), scale \(scale)"
        #expect(firstDifference(found.cell, expected.cell, within: 24 * 0x1p-24) == nil, what)
        #expect(firstDifference(found.hidden, expected.hidden, within: 32 * 0x1p-24) == nil, what)
      }
    }
  }

  @Test("gates stand in the order i, j, f, o, and 1 is added to f")
  func gateOrder() {
    // One open gate at a time, far beyond saturation: c' = c f + i j, h' = tanh(c') o.
    let (open, shut): (Float, Float) = (40, -40)
    let cases: [(gates: [Float], cell: Float, hidden: Float)] = [
      ([open, open, shut, open], 1, 0.7615942),
      ([shut, open, open, open], 0.5, 0.46211717),
      ([shut, open, open, shut], 0.5, 0),
      ([open, shut, shut, open], -1, -0.7615942),
      // f of 0 is sigmoid(1) with the forget bias.
      ([shut, 0, 0, open], 0.5 * 0.7310586, 0.35007505),
    ]
    for row in cases {
      for variant in [nil] + KernelVariant.available.map(Optional.some) {
        let found = lstm(row.gates, [0.5], rows: 1, variant: variant)
        #expect(abs(found.cell[0] - row.cell) < 1e-6, "\(row.gates)")
        #expect(abs(found.hidden[0] - row.hidden) < 1e-6, "\(row.gates)")
      }
    }
  }

  @Test("a NaN in a gate is in the state after it, and in no other unit's")
  func poison() {
    for variant in [nil] + KernelVariant.available.map(Optional.some) {
      for gate in 0..<4 {
        var gates = [Float](repeating: 0.5, count: 4 * 11)
        gates[gate * 11 + 9] = .nan
        let found = lstm(gates, Array(repeating: 0.5, count: 11), rows: 1, variant: variant)
        #expect(found.hidden.map(\.isNaN) == (0..<11).map { $0 == 9 })
      }
    }
  }

  private func softmax(_ input: [Float], rows: Int = 1, variant: KernelVariant?) -> [Float] {
    var output = [Float](repeating: canary, count: input.count)
    var span = output.mutableSpan
    if let variant {
      Softmax.run(input.span, rowCount: rows, output: &span, on: WorkerPool(threadCount: 2), variant: variant)
    } else {
      Softmax.reference(input.span, rowCount: rows, output: &span)
    }
    return output
  }

  @Test("the fast softmax is within the rounding of its sum", arguments: [1, 2, 7, 8, 9, 17, 101, 1200], [1, 3])
  func softmaxAgrees(columns: Int, rows: Int) {
    var generator = SeededGenerator(seed: UInt64(columns))
    for scale: Float in [0, 1, 10, 80] {
      let input = generator.floats(columns * rows, scale: scale)
      let expected = softmax(input, rows: rows, variant: nil)
      // Eight partial sums of columns / 8 terms; the difference to the greatest is rounded once, relative to its size.
      // Where the definition is subnormal, the fast one may be 0.
      let relative = (Float(columns) / 8 + 2 * scale + 16) * 0x1p-24
      for variant in KernelVariant.available {
        let found = softmax(input, rows: rows, variant: variant)
        #expect(firstDifference(found, expected, within: expected.map { $0 * relative + .leastNormalMagnitude }) == nil)
      }
    }
  }

  @Test("logits of any size give probabilities that add up to 1")
  func stable() {
    for variant in [nil] + KernelVariant.available.map(Optional.some) {
      #expect(softmax([1e30, 1e30], variant: variant) == [0.5, 0.5])
      #expect(softmax([-1e30, -1e30], variant: variant) == [0.5, 0.5])
      let extreme = softmax([3e38, -3e38, 0], variant: variant)
      #expect(extreme[0] == 1 && extreme[1] < 1e-37 && extreme[2] < 1e-37)
      #expect(softmax([7], variant: variant) == [1])
    }
  }

  @Test("a NaN among the logits is in every probability of its row")
  func softmaxPoison() {
    var input = [Float](repeating: 1, count: 20)
    input[3] = .nan
    for variant in [nil] + KernelVariant.available.map(Optional.some) {
      #expect(softmax(input, rows: 2, variant: variant).map(\.isNaN) == (0..<20).map { $0 < 10 })
    }
  }
}
