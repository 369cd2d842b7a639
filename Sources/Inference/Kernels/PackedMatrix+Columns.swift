internal import CDecantKernels

extension PackedMatrix {
  /// One column, `[depth]`, as it was packed.
  ///
  /// - Precondition: there is such a column.
  package func column(_ index: Int) -> [Float] {
    precondition(0..<columnCount ~= index, "a matrix has no such column")
    return (0..<depth).map { row in
      panels.value(at: decant_place_in_panels(row, index, columnCount, depth, layout.panelColumns))
    }
  }

  /// The bias of one column; 0 if there is none.
  ///
  /// - Precondition: there is such a column.
  package func bias(ofColumn index: Int) -> Float {
    precondition(0..<columnCount ~= index, "a matrix has no such column")
    return bias.value(at: index)
  }
}
