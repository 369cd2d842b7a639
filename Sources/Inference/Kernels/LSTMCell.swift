internal import CDecantKernels

extension LSTMCell {
  /// The fast twin of `reference`.
  ///
  /// - Precondition: counts match.
  package static func run(
    gates: Span<Float>, rowCount: Int, unitCount: Int, cell: inout MutableSpan<Float>, hidden: inout MutableSpan<Float>,
    variant: KernelVariant = .chosen
  ) {
    precondition(gates.count == 4 * rowCount * unitCount, "gates do not fit the rows")
    precondition(cell.count == rowCount * unitCount && hidden.count == cell.count, "states do not fit the rows")
    unsafe gates.withUnsafeBufferPointer { gates in
      unsafe cell.withUnsafeMutableBufferPointer { cell in
        unsafe hidden.withUnsafeMutableBufferPointer { hidden in
          guard let gates = gates.baseAddress, let cell = cell.baseAddress, let hidden = hidden.baseAddress else {
            return
          }
          for r in 0..<rowCount {
            let start = r * unitCount
            unsafe variant.functions.pointee.lstm_cell(
              gates + 4 * start, unitCount, forgetBias, cell + start, hidden + start)
          }
        }
      }
    }
  }
}
