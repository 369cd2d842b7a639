import Testing

@testable import Kernels

@Suite("Fixed-point matrix")
struct FixedPointMatrixTests {
  static let rows: [DenseTests.Row] =
    DenseTests.rows + [
      // Tiles of other heights, and depths that leave the last group none to three rows.
      .init(rows: 2, depth: 2, outputs: 3), .init(rows: 4, depth: 6, outputs: 16),
      .init(rows: 12, depth: 5, outputs: 31),
      .init(rows: 25, depth: 4, outputs: 17), .init(rows: 24, depth: 130, outputs: 20),
    ]

  private func rounded(
    _ rows: [Float], depth: Int, columnCount: Int, bias: [Float]? = nil
  ) throws -> FixedPointMatrix {
    let matrix = FixedPointMatrix(rows: rows.span, depth: depth, columnCount: columnCount, bias: bias)
    return try #require(matrix)
  }

  @Test("every variant gives what the definition gives, with the same bits on any number of threads", arguments: rows)
  func agrees(row: DenseTests.Row) throws {
    var generator = SeededGenerator(seed: UInt64(row.depth))
    let input = generator.floats(row.rows * row.depth)
    let weights = generator.floats(row.depth * row.outputs)
    let bias = generator.floats(row.outputs)
    func reference(_ input: [Float], _ weights: [Float], _ bias: [Float]) -> [Float] {
      var output = [Float](repeating: canary, count: row.rows * row.outputs)
      var span = output.mutableSpan
      Dense.fixedPointReference(
        input.span, rowCount: row.rows, weights: weights.span, bias: bias.span, output: &span)
      return output
    }
    let expected = reference(input, weights, bias)
    // Two roundings more than a product of floats has: of the scale and of the bias.
    let tolerances = reference(input.map(abs), weights.map(abs), bias.map(abs)).map {
      sumTolerance(depth: row.depth + 2, magnitude: $0)
    }
    let matrix = try rounded(weights, depth: row.depth, columnCount: row.outputs, bias: bias)
    for variant in KernelVariant.available {
      let results = [1, 2, 7].map { threads in
        var output = [Float](repeating: canary, count: row.rows * row.outputs)
        var span = output.mutableSpan
        let pool = WorkerPool(threadCount: threads)
        Dense.run(input.span, rowCount: row.rows, weights: matrix, output: &span, on: pool, variant: variant)
        return output
      }
      #expect(firstDifference(results[0], expected, within: tolerances) == nil, "\(variant)")
      for result in results { #expect(haveSameBits(result, results[0]), "\(variant)") }
    }
  }

  @Test("a row's result does not depend on how many rows are beside it")
  func rowsAreIndependent() throws {
    var generator = SeededGenerator(seed: 3)
    let (depth, outputs) = (21, 30)
    let weights = generator.floats(depth * outputs)
    let input = generator.floats(25 * depth)
    let matrix = try rounded(weights, depth: depth, columnCount: outputs)
    for variant in KernelVariant.available {
      func run(_ input: ArraySlice<Float>) -> [Float] {
        let rowCount = input.count / depth
        var output = [Float](repeating: 0, count: rowCount * outputs)
        var span = output.mutableSpan
        Dense.run(
          Array(input).span, rowCount: rowCount, weights: matrix, output: &span, on: WorkerPool(threadCount: 2),
          variant: variant)
        return output
      }
      let together = run(input[...])
      for count in 1..<25 {
        let some = run(input.prefix(count * depth))
        #expect(haveSameBits(some, Array(together.prefix(count * outputs))), "\(count) rows, \(variant)")
      }
    }
  }

  @Test("a weight is half a unit of its column off at most, and a column's unit follows from its largest weight")
  func rounding() throws {
    var generator = SeededGenerator(seed: 5)
    let (depth, columns) = (9, 19)
    var rows = generator.floats(depth * columns)
    // Columns of all magnitudes, one of zeros, one so small that its unit would not be a normal number.
    for index in rows.indices {
      let column = index % columns
      rows[index] *= column == 3 ? 0 : column == 4 ? 0x1p-130 : Float(sign: .plus, exponent: column - 9, significand: 1)
    }
    let matrix = try rounded(rows, depth: depth, columnCount: columns)
    for column in 0..<columns {
      let original = (0..<depth).map { rows[$0 * columns + column] }
      let unit = Dense.unit(ofColumn: original)
      let rounded = matrix.column(column)
      #expect(firstDifference(rounded, original, within: unit / 2) == nil, "column \(column)")
      #expect(rounded.allSatisfy { ($0 / unit).rounded() == $0 / unit && abs($0 / unit) < 0x1p23 }, "column \(column)")
      #expect(matrix.bias(ofColumn: column) == 0)
    }
    #expect(matrix.column(3) == Array(repeating: 0, count: depth))
  }

  @Test("weights that were stored in 16 bits remain as they are")
  func shortWeights() throws {
    var generator = SeededGenerator(seed: 6)
    let halves = generator.floats(7 * 5).map { Float(bitPattern: $0.bitPattern & 0xffff_0000) }
    // A float of 8 bits keeps all of them down to 2^-15 of the largest.
    let rows = halves.map { abs($0) < 0x1p-14 ? 1 : $0 }
    let matrix = try rounded(rows, depth: 7, columnCount: 5, bias: [1, 2, 3, 4, 5])
    for column in 0..<5 {
      #expect(matrix.column(column) == (0..<7).map { rows[$0 * 5 + column] })
      #expect(matrix.bias(ofColumn: column) == Float(column + 1))
    }
  }

  @Test("a matrix with an infinity or a NaN has no fixed point", arguments: [Float.infinity, -.infinity, .nan])
  func unusual(weight: Float) {
    for index in 0..<6 {
      var rows: [Float] = [1, 2, 3, 4, 5, 6]
      rows[index] = weight
      let matrix = FixedPointMatrix(rows: rows.span, depth: 2, columnCount: 3)
      #expect(matrix == nil)
    }
  }

  @Test("a NaN or an infinity among the inputs stays in its row")
  func unusualInput() throws {
    let weights: [Float] = [1, 2, 0.5, 4]
    let matrix = try rounded(weights, depth: 2, columnCount: 2, bias: [1, 1])
    for variant in KernelVariant.available {
      let input: [Float] = [1, .nan, 1, .infinity, 1, 1]
      var output = [Float](repeating: canary, count: 6)
      var span = output.mutableSpan
      Dense.run(
        input.span, rowCount: 3, weights: matrix, output: &span, on: WorkerPool(threadCount: 1), variant: variant)
      #expect(output[0].isNaN && output[1].isNaN)
      #expect(Array(output[2...]) == [.infinity, .infinity, 2.5, 7])
    }
  }

  @Test("pieces cut anywhere make the same matrix as the whole", arguments: [1, 3, 4, 17, 68, 100, 1000])
  func pieces(byteCount: Int) throws {
    var generator = SeededGenerator(seed: 1)
    let (depth, columns) = (11, 17)
    let rows = generator.floats(depth * columns)
    var collector = FixedPointMatrix.Collector(depth: depth, columnCount: columns)
    let bytes = unsafe rows.withUnsafeBytes { unsafe Array($0) }
    for start in stride(from: 0, to: bytes.count, by: byteCount) {
      let isEarly = !collector.isComplete
      #expect(isEarly)
      let piece = Array(bytes[start..<min(start + byteCount, bytes.count)])
      let fits = unsafe piece.withUnsafeBytes { collector.append(unsafe RawSpan(_unsafeBytes: $0)) }
      #expect(fits)
    }
    let isComplete = collector.isComplete
    #expect(isComplete)
    let made = FixedPointMatrix(collector)
    let matrix = try #require(made)
    for variant in KernelVariant.available {
      let whole = FixedPointMatrix(rows: rows.span, depth: depth, columnCount: columns, variant: variant)
      for column in 0..<columns { #expect(matrix.column(column) == whole?.column(column), "\(variant)") }
    }
  }

  @Test("more bytes than the matrix has are refused and change nothing")
  func tooMany() {
    var collector = FixedPointMatrix.Collector(depth: 1, columnCount: 2)
    let bytes = [UInt8](repeating: 0, count: 9)
    let refused = unsafe bytes.withUnsafeBytes { collector.append(unsafe RawSpan(_unsafeBytes: $0)) }
    #expect(!refused)
    let isEarly = !collector.isComplete
    #expect(isEarly)
    let taken = unsafe bytes.dropLast().withUnsafeBytes { collector.append(unsafe RawSpan(_unsafeBytes: $0)) }
    let isComplete = collector.isComplete
    #expect(taken)
    #expect(isComplete)
  }
}
