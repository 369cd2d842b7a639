package import Inspection
package import ModelMapping
package import Tensors

/// An LSTM cell taken apart into its gates.
package struct CellPortrait: Sendable, Equatable {
  /// The weights of one gate in one kernel, summarized.
  package struct Map: Sendable, Equatable {
    /// What the kernel is multiplied by.
    package let operand: StoredLSTM.Operand
    /// Rows of `cells`: the kernel's inputs.
    package let rowCount: Int
    /// Columns of `cells`: the gate's units.
    package let columnCount: Int
    /// Root mean square of the finite weights in each cell, row by row; NaN if there is none.
    package let cells: [Float]
    /// How many inputs the kernel has.
    package let inputCount: Int

    /// The cells as a `ValueGrid`.
    package func grid(unitCount: Int) -> ValueGrid {
      let input =
        switch operand {
        case .inputAndState: "input, then state"
        case .input: "input"
        case .state: "state"
        }
      return ValueGrid(
        rowCount: rowCount, columnCount: columnCount, values: cells, rows: "\(input) (\(inputCount))",
        columns: "unit (\(unitCount))", cellRowCount: (inputCount + rowCount - 1) / max(1, rowCount),
        cellColumnCount: (unitCount + columnCount - 1) / max(1, columnCount))
    }
  }

  /// One gate.
  package struct Gate: Sendable, Equatable {
    /// Which one.
    package let gate: StoredLSTM.Gate
    /// Its weights, a map for each kernel.
    package fileprivate(set) var maps: [Map] = []
    /// The distribution of its weights.
    package fileprivate(set) var weights: Quantiles?
    /// A histogram of its weights, or of a sample of them; nil if none is finite.
    package fileprivate(set) var histogram: ValueHistogram?
    /// How many weights `weights` and `histogram` cover.
    package fileprivate(set) var sampleCount = 0
    /// How many weights it has.
    package fileprivate(set) var weightCount = 0
    /// How many of them are NaN or infinite.
    package fileprivate(set) var nonFiniteCount = 0
    /// The distribution of its biases as stored, summed over all bias vectors; nil if there is none, or none is finite.
    package fileprivate(set) var biases: Quantiles?
  }

  /// The tensors.
  package let cell: StoredLSTM
  /// The gates in the order in which they are stored.
  package let gates: [Gate]
  /// Whether the weights' quantiles and histograms are from a sample.
  package var isSampled: Bool { gates.contains { $0.sampleCount + $0.nonFiniteCount < $0.weightCount } }

  /// Maps have at most this many rows, and as many columns.
  private static let maximumExtent = 64
  /// At most this many weights of a gate are kept for quantiles.
  private static let maximumSampleCount = 1 << 16
  /// Intervals of a histogram.
  private static let binCount = 36
  /// A cell whose kernel has more elements is not read.
  static let maximumElementCount = 1 << 26

  /// Reads a cell; nil if it is too large to be read.
  ///
  /// - Throws: what the source throws.
  package init?(of cell: StoredLSTM, in source: some TensorSource) throws {
    self.cell = cell
    let kernels = cell.kernels.compactMap { kernel in
      source.descriptor(named: kernel.name).map { (descriptor: $0, operand: kernel.operand) }
    }
    guard kernels.count == cell.kernels.count,
      kernels.allSatisfy({ $0.descriptor.hasNumbers && $0.descriptor.shape.elementCount <= Self.maximumElementCount })
    else { return nil }
    var gates = cell.gates.map { Gate(gate: $0) }
    let total = kernels.reduce(0) { $0 + $1.descriptor.shape.elementCount } / 4
    // An odd step soon reaches every column. A step without a common factor with the number of columns would be even
    // better.
    let step = total <= Self.maximumSampleCount ? 1 : (total / Self.maximumSampleCount + 1) | 1
    var samples = [[Float]](repeating: [], count: 4)
    for kernel in kernels {
      var accumulator = GateAccumulator(cell, kernel.descriptor, step: step)
      try source.readNumbers(kernel.descriptor) { accumulator.add($1, at: $0) }
      for index in gates.indices {
        gates[index].maps.append(accumulator.map(of: index, operand: kernel.operand))
        samples[index] += accumulator.samples[index]
        gates[index].weightCount += kernel.descriptor.shape.elementCount / 4
        gates[index].nonFiniteCount += accumulator.nonFiniteCounts[index]
      }
    }
    var biases = [Double](repeating: 0, count: 4 * cell.unitCount)
    for name in cell.biases {
      guard let descriptor = source.descriptor(named: name), descriptor.hasNumbers else { continue }
      try source.readNumbers(descriptor) { start, numbers in
        for (offset, number) in numbers.enumerated() where start + offset < biases.count {
          biases[start + offset] += number
        }
      }
    }
    for index in gates.indices {
      gates[index].sampleCount = samples[index].count
      gates[index].weights = Quantiles(of: samples[index].lazy.map(Double.init))
      gates[index].histogram = gates[index].weights.map { Self.histogram(samples[index], $0) }
      guard !cell.biases.isEmpty else { continue }
      gates[index].biases = Quantiles(of: biases[index * cell.unitCount..<(index + 1) * cell.unitCount])
    }
    self.gates = gates
  }

  private static func histogram(_ sample: [Float], _ spread: Quantiles) -> ValueHistogram {
    var counts = [Int](repeating: 0, count: binCount)
    let width = spread.maximum - spread.minimum
    for value in sample {
      let part = width > 0 ? (Double(value) - spread.minimum) / width : 0.5
      counts[min(binCount - 1, Int(part * Double(binCount)))] += 1
    }
    return ValueHistogram(lower: spread.minimum, upper: spread.maximum, counts: counts)
  }

  /// Sums up a kernel as it is read.
  private struct GateAccumulator {
    let unitCount: Int
    let inputCount: Int
    let hasGatesInRows: Bool
    let columnCount: Int
    let step: Int
    let mapRows: Int
    let mapColumns: Int
    /// Indexed by gate and cell.
    var squares: [Double]
    var counts: [Int32]
    var samples = [[Float]](repeating: [], count: 4)
    var seen = [Int](repeating: 0, count: 4)
    var nonFiniteCounts = [Int](repeating: 0, count: 4)

    init(_ cell: StoredLSTM, _ descriptor: TensorDescriptor, step: Int) {
      unitCount = cell.unitCount
      hasGatesInRows = cell.gateAxis == 0
      let extents = descriptor.shape.dimensions
      columnCount = extents[1]
      inputCount = extents[1 - cell.gateAxis]
      self.step = step
      (mapRows, mapColumns) = (min(inputCount, CellPortrait.maximumExtent), min(unitCount, CellPortrait.maximumExtent))
      squares = Array(repeating: 0, count: 4 * mapRows * mapColumns)
      counts = Array(repeating: 0, count: squares.count)
    }

    mutating func add(_ numbers: [Double], at start: Int) {
      var (row, column) = start.quotientAndRemainder(dividingBy: columnCount)
      for number in numbers {
        let (input, lane) = hasGatesInRows ? (column, row) : (row, column)
        let (gate, unit) = (lane / unitCount, lane % unitCount)
        if number.isFinite {
          let cell = (gate * mapRows + input * mapRows / inputCount) * mapColumns + unit * mapColumns / unitCount
          squares[cell] += number * number
          counts[cell] += 1
          if seen[gate] % step == 0 { samples[gate].append(Float(number)) }
          seen[gate] += 1
        } else {
          nonFiniteCounts[gate] += 1
        }
        column += 1
        if column == columnCount { (row, column) = (row + 1, 0) }
      }
    }

    func map(of gate: Int, operand: StoredLSTM.Operand) -> Map {
      let area = mapRows * mapColumns
      let cells = (gate * area..<(gate + 1) * area).map { cell in
        counts[cell] == 0 ? .nan : Float((squares[cell] / Double(counts[cell])).squareRoot())
      }
      return Map(operand: operand, rowCount: mapRows, columnCount: mapColumns, cells: cells, inputCount: inputCount)
    }
  }
}
