/// A matrix, or part of a tensor seen as one, made small enough to draw: each cell is the mean of neighboring values.
package struct ValueGrid: Sendable {
  /// At most this many rows, and as many columns.
  package static let maximumSideCount = 96

  /// Rows of cells.
  package let rowCount: Int
  /// Columns of cells.
  package let columnCount: Int
  /// The mean of each cell, row by row; NaN if one of the cell's values is not finite.
  package let values: [Float]
  /// What goes from top to bottom, such as `axis 0 (512)`; empty for a vector.
  package let rows: String
  /// What goes from left to right, such as `axis 1 (2048)`.
  package let columns: String
  /// Which part of a tensor with three or more axes it is, such as `[0, 2, :, :]`; nil for a whole tensor.
  package let slice: String?
  /// Rows of the tensor in a cell; the cells of the last row may have fewer.
  package let cellRowCount: Int
  /// Columns of the tensor in a cell; the cells of the last column may have fewer.
  package let cellColumnCount: Int
  /// The smallest of `values`; NaN if all are NaN.
  package let lower: Double
  /// The largest of `values`; NaN if all are NaN.
  package let upper: Double
}

extension ValueGrid {
  /// Takes cells that were computed elsewhere, from at least one value each.
  package init(
    rowCount: Int, columnCount: Int, values: [Float], rows: String, columns: String, slice: String? = nil,
    cellRowCount: Int, cellColumnCount: Int
  ) {
    let finite = values.filter(\.isFinite)
    self.init(
      rowCount: rowCount, columnCount: columnCount, values: values, rows: rows, columns: columns, slice: slice,
      cellRowCount: cellRowCount, cellColumnCount: cellColumnCount, lower: finite.min().map(Double.init) ?? .nan,
      upper: finite.max().map(Double.init) ?? .nan)
  }
}
