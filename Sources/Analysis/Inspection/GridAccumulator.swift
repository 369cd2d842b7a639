internal import Tensors

/// Sums up the cells of a tensor's grids, piece by piece.
///
/// A vector is one row. For a tensor with three or more axes, the last two are rows and columns, and at most four
/// slices along the axes before them are used: the first, the last and two evenly spaced between them.
struct GridAccumulator {
  /// The sums of one slice's cells.
  private struct Slice {
    /// The row-major index on the axes before the last two.
    let index: Int
    var sums: [Double]
  }

  /// At most this many slices are taken.
  private static let maximumSliceCount = 4

  private let shape: Shape
  private let rowCount: Int
  private let columnCount: Int
  private let cellRowCount: Int
  private let cellColumnCount: Int
  private let gridRowCount: Int
  private let gridColumnCount: Int
  private var slices: [Slice] = []

  /// Nil for single values and for tensors without values.
  init?(_ shape: Shape) {
    guard shape.rank > 0, shape.elementCount > 0 else { return nil }
    let dimensions = shape.dimensions
    self.shape = shape
    columnCount = dimensions[shape.rank - 1]
    rowCount = shape.rank > 1 ? dimensions[shape.rank - 2] : 1
    cellRowCount = (rowCount - 1) / ValueGrid.maximumSideCount + 1
    cellColumnCount = (columnCount - 1) / ValueGrid.maximumSideCount + 1
    gridRowCount = (rowCount - 1) / cellRowCount + 1
    gridColumnCount = (columnCount - 1) / cellColumnCount + 1
    let leadingCount = shape.elementCount / (rowCount * columnCount)
    let sliceCount = min(leadingCount, Self.maximumSliceCount)
    for number in 0..<sliceCount {
      // Quotient and remainder separately, because the product may overflow `Int`.
      let (quotient, rest) = (leadingCount - 1).quotientAndRemainder(dividingBy: max(1, sliceCount - 1))
      let index = quotient * number + rest * number / max(1, sliceCount - 1)
      slices.append(Slice(index: index, sums: [Double](repeating: 0, count: gridRowCount * gridColumnCount)))
    }
  }

  /// Takes the first `count` of `values`, which begin at index `start` of the tensor.
  mutating func add(_ values: [Double], count: Int, from start: Int) {
    precondition(count <= values.count)
    let sliceElementCount = rowCount * columnCount
    unsafe values.withUnsafeBytes { values in
      for number in slices.indices {
        let sliceStart = slices[number].index * sliceElementCount
        let first = max(start, sliceStart)
        let end = min(start + count, sliceStart + sliceElementCount)
        if first < end { unsafe addRows(values, (first - start)..<(end - start), at: first - sliceStart, to: number) }
      }
    }
  }

  /// Adds consecutive values of one slice, the first of which has the index `start` in it.
  ///
  /// - Precondition: `values` contains the range, counted in `Double`s.
  private mutating func addRows(
    _ values: UnsafeRawBufferPointer, _ range: Range<Int>, at start: Int, to number: Int
  ) {
    var sums = slices[number].sums.mutableSpan
    let (row, firstColumn) = start.quotientAndRemainder(dividingBy: columnCount)
    var column = firstColumn
    var (cellRow, rowInCell) = row.quotientAndRemainder(dividingBy: cellRowCount)
    var place = range.lowerBound
    while place < range.upperBound {
      let rowEnd = min(range.upperBound, place + columnCount - column)
      var cell = cellRow * gridColumnCount
      if cellColumnCount == 1 {
        cell += column
        while place < rowEnd {
          sums[cell] += unsafe values.loadUnaligned(fromByteOffset: 8 * place, as: Double.self)
          cell += 1
          place += 1
        }
      } else {
        let (firstCell, columnInCell) = column.quotientAndRemainder(dividingBy: cellColumnCount)
        cell += firstCell
        var cellEnd = min(rowEnd, place + cellColumnCount - columnInCell)
        while place < rowEnd {
          sums[cell] += unsafe Self.sum(values, place..<cellEnd)
          cell += 1
          place = cellEnd
          cellEnd = min(rowEnd, place + cellColumnCount)
        }
      }
      column = 0
      rowInCell += 1
      if rowInCell == cellRowCount { (cellRow, rowInCell) = (cellRow + 1, 0) }
    }
  }

  @inline(__always)
  private static func sum(_ values: UnsafeRawBufferPointer, _ range: Range<Int>) -> Double {
    var place = range.lowerBound
    var four = SIMD4<Double>()
    while place + 4 <= range.upperBound {
      four += unsafe values.loadUnaligned(fromByteOffset: 8 * place, as: SIMD4<Double>.self)
      place += 4
    }
    var sum = four.sum()
    while place < range.upperBound {
      sum += unsafe values.loadUnaligned(fromByteOffset: 8 * place, as: Double.self)
      place += 1
    }
    return sum
  }

  /// The grids, once all values have been added.
  func finish() -> [ValueGrid] {
    slices.map { slice in
      let means = slice.sums.indices.map { cell in
        let (row, column) = cell.quotientAndRemainder(dividingBy: gridColumnCount)
        let count =
          min(cellRowCount, rowCount - row * cellRowCount)
          * min(cellColumnCount, columnCount - column * cellColumnCount)
        let mean = Float(slice.sums[cell] / Double(count))
        return mean.isFinite ? mean : .nan
      }
      let finite = means.filter(\.isFinite)
      return ValueGrid(
        rowCount: gridRowCount, columnCount: gridColumnCount, values: means,
        rows: shape.rank > 1 ? "axis \(shape.rank - 2) (\(rowCount))" : "",
        columns: "axis \(shape.rank - 1) (\(columnCount))", slice: text(slice), cellRowCount: cellRowCount,
        cellColumnCount: cellColumnCount, lower: Double(finite.min() ?? .nan), upper: Double(finite.max() ?? .nan))
    }
  }

  private func text(_ slice: Slice) -> String? {
    guard shape.rank > 2 else { return nil }
    var places: [String] = [":", ":"]
    var rest = slice.index
    for extent in shape.dimensions.dropLast(2).reversed() {
      places.insert(String(rest % extent), at: 0)
      rest /= extent
    }
    return "[\(places.joined(separator: ", "))]"
  }
}
