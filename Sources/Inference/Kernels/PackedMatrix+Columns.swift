extension PackedMatrix {
  /// One column, `[depth]`, as it was packed.
  ///
  /// - Precondition: there is such a column.
  package func column(_ index: Int) -> [Float] {
    precondition(0..<columnCount ~= index, "a matrix has no such column")
    let start = index / Self.panelWidth * Self.panelWidth * depth + index % Self.panelWidth
    var column: [Float] = []
    column.reserveCapacity(depth)
    for row in 0..<depth { column.append(panels.value(at: start + row * Self.panelWidth)) }
    return column
  }

  /// The bias of one column; 0 if there is none.
  ///
  /// - Precondition: there is such a column.
  package func bias(ofColumn index: Int) -> Float {
    precondition(0..<columnCount ~= index, "a matrix has no such column")
    return bias.value(at: index)
  }
}
