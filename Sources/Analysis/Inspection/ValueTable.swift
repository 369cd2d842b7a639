internal import Bytes
package import Tensors

/// A part of a tensor's values as a table: the last axis runs across, all others run down. A vector runs down.
package struct ValueTable: Sendable, Equatable {
  /// What the tensor is.
  package let descriptor: TensorDescriptor
  /// Rows of the whole tensor.
  package let rowCount: Int
  /// Columns of the whole tensor.
  package let columnCount: Int
  /// The rows that the table has.
  package let rows: Range<Int>
  /// The columns that the table has.
  package let columns: Range<Int>
  /// The values of each of these rows, as text without loss. Empty for resources and variants, which have no plain
  /// values.
  package let texts: [[String]]

  /// Reads the whole tensor, so that its checksum is verified, and keeps a part of it.
  ///
  /// - Parameters:
  ///   - descriptor: one of the source's.
  ///   - source: where to read.
  ///   - rows: the rows that are wanted; those that the tensor does not have are left out.
  ///   - columns: the columns that are wanted.
  ///   - check: called for every piece that is read; what it throws ends the reading.
  /// - Throws: what the source throws.
  package init(
    of descriptor: TensorDescriptor, in source: some TensorSource, rows: Range<Int>, columns: Range<Int>,
    check: () throws -> Void = {}
  ) throws {
    let dimensions = descriptor.shape.dimensions
    self.descriptor = descriptor
    let columnCount = dimensions.count > 1 ? dimensions.last ?? 1 : 1
    self.columnCount = columnCount
    // A product, not a quotient: a tensor with an axis of extent 0 has no elements to divide.
    rowCount = (dimensions.count > 1 ? dimensions.dropLast() : dimensions[...]).reduce(1) { $0 &* $1 }
    let (wantedRows, wantedColumns) = (rows.clamped(to: 0..<rowCount), columns.clamped(to: 0..<columnCount))
    (self.rows, self.columns) = (wantedRows, wantedColumns)
    switch descriptor.dtype.kind {
    case .opaque: texts = []
    case .string:
      let strings = try source.readStrings(descriptor)
      texts = wantedRows.map { row -> [String] in
        wantedColumns.compactMap { column in
          let place = row * columnCount + column
          return strings.indices.contains(place) ? ValueFormatter.text(of: strings[place]) : nil
        }
      }
    default:
      let width = descriptor.dtype.byteCount ?? 1
      let spans = wantedRows.map { row in
        (row * columnCount + wantedColumns.lowerBound) * width..<(row * columnCount + wantedColumns.upperBound) * width
      }
      var kept = spans.map { _ in [UInt8]() }
      var place = 0
      try source.read(descriptor, maximumByteCount: 1 << 20) { piece in
        try check()
        let covered = place..<place + piece.byteCount
        place = covered.upperBound
        for (index, span) in spans.enumerated() where span.overlaps(covered) {
          let part = span.clamped(to: covered)
          kept[index] += [UInt8](
            piece.extracting(part.lowerBound - covered.lowerBound..<part.upperBound - covered.lowerBound))
        }
      }
      texts = kept.map { ValueFormatter.texts(of: $0, dtype: descriptor.dtype) }
    }
  }

  /// The index of a row on all axes that run down.
  package func index(ofRow row: Int) -> [Int] {
    let dimensions = descriptor.shape.dimensions
    var rest = row
    var index: [Int] = []
    for dimension in (dimensions.count > 1 ? dimensions.dropLast() : dimensions[...]).reversed() {
      index.append(dimension == 0 ? 0 : rest % dimension)
      rest /= max(dimension, 1)
    }
    return index.reversed()
  }
}
