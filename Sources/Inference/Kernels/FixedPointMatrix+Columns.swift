internal import CDecantKernels

extension FixedPointMatrix {
  /// One column, `[depth]`, as it was rounded: half a unit from the original at most.
  ///
  /// - Precondition: there is such a column.
  package func column(_ index: Int) -> [Float] {
    precondition(0..<columnCount ~= index, "a matrix has no such column")
    let unit = 256 * scale.value(at: index)
    return (0..<depth).map { Float(units(row: $0, column: index)) * unit }
  }

  /// The bias of one column; 0 if there is none.
  ///
  /// - Precondition: there is such a column.
  package func bias(ofColumn index: Int) -> Float {
    precondition(0..<columnCount ~= index, "a matrix has no such column")
    return bias.value(at: index)
  }

  /// A weight as a number of its column's units.
  private func units(row: Int, column: Int) -> Int {
    let (group, depth) = row.quotientAndRemainder(dividingBy: Int(DECANT_FIXED_DEPTHS))
    let (panel, place) = column.quotientAndRemainder(dividingBy: Self.panelWidth)
    let start = panel * panelStride * MemoryLayout<Float>.stride + group * Int(DECANT_FIXED_GROUP_BYTES)
    // Four columns of one depth lie beside the same four of the next.
    let word = 2 * (place / 4 * 8 + depth % 2 * 4 + place % 4)
    // Any bytes are numbers, and the row and the column are inside the matrix.
    let bytes = unsafe UnsafeRawPointer(panels.start) + start
    let high = unsafe bytes.load(fromByteOffset: depth / 2 * 64 + word, as: Int16.self)
    let low = unsafe bytes.load(fromByteOffset: 128 + word + depth / 2, as: UInt8.self)
    return Int(high) << 8 | Int(low)
  }
}
