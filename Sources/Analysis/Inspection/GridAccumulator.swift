internal import Tensors

/// Sums up the cells of a tensor's grids, piece by piece.
///
/// A vector is one row. Of a tensor of three axes or more, the last two are rows and columns, and at most four places on
/// the axes before them are taken: the first, the last and two evenly between.
struct GridAccumulator {
  /// The sums of one slice's cells.
  private struct Slice {
    /// The place on the axes before the last two, in row-major order.
    let index: Int
    var sums: [Double]
    var counts: [Int]
  }

  /// At most so many slices are taken.
  private static let maximumSliceCount = 4

  private let shape: Shape
  private let rowCount: Int
  private let columnCount: Int
  private let cellRowCount: Int
  private let cellColumnCount: Int
  private let gridRowCount: Int
  private let gridColumnCount: Int
  private var slices: [Slice] = []

  /// nil for single values and for tensors without any.
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
      // The quotient's rest apart, since the product may be beyond `Int`.
      let (quotient, rest) = (leadingCount - 1).quotientAndRemainder(dividingBy: max(1, sliceCount - 1))
      let index = quotient * number + rest * number / max(1, sliceCount - 1)
      let cellCount = gridRowCount * gridColumnCount
      slices.append(
        Slice(
          index: index, sums: [Double](repeating: 0, count: cellCount), counts: [Int](repeating: 0, count: cellCount)))
    }
  }

  /// Takes the first `count` of `values`, which are the tensor's from place `start` on.
  mutating func add(_ values: [Double], count: Int, from start: Int) {
    let sliceElementCount = rowCount * columnCount
    for number in slices.indices {
      let sliceStart = slices[number].index * sliceElementCount
      let first = max(start, sliceStart)
      let end = min(start + count, sliceStart + sliceElementCount)
      var place = first
      while place < end {
        let (row, column) = (place - sliceStart).quotientAndRemainder(dividingBy: columnCount)
        let runEnd = min(end, place + columnCount - column)
        addRun(values, (place - start)..<(runEnd - start), row, column, to: number)
        place = runEnd
      }
    }
  }

  /// Adds neighbours within one row.
  private mutating func addRun(
    _ values: [Double], _ range: Range<Int>, _ row: Int, _ column: Int, to number: Int
  ) {
    let firstCell = row / cellRowCount * gridColumnCount
    var place = range.lowerBound
    var cell = firstCell + column / cellColumnCount
    var cellEnd = min(range.upperBound, place + cellColumnCount - column % cellColumnCount)
    while place < range.upperBound {
      slices[number].counts[cell] += cellEnd - place
      var sum = 0.0
      while place < cellEnd {
        sum += values[place]
        place += 1
      }
      slices[number].sums[cell] += sum
      cell += 1
      cellEnd = min(range.upperBound, place + cellColumnCount)
    }
  }

  /// The grids.
  func finish() -> [ValueGrid] {
    slices.map { slice in
      let means = zip(slice.sums, slice.counts).map { sum, count in
        let mean = Float(sum / Double(count))
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
