internal import Essentials

/// Probabilities of logits.
package enum Softmax {
  /// The definition: `exp(x - max) / sum`, in double precision, rounded once.
  ///
  /// - Parameters:
  ///   - input: `[rowCount, columns]`, row-major, at least one column.
  ///   - rowCount: rows of the input.
  ///   - output: of the same size.
  /// - Precondition: counts match.
  package static func reference(_ input: Span<Float>, rowCount: Int, output: inout MutableSpan<Float>) {
    guard rowCount > 0 else { return }
    let columnCount = input.count / rowCount
    precondition(columnCount > 0 && input.count == rowCount * columnCount && output.count == input.count, "rows differ")
    for r in 0..<rowCount {
      let row = input.extracting(r * columnCount..<(r + 1) * columnCount)
      var greatest = row[0]
      for i in row.indices where row[i] > greatest { greatest = row[i] }
      var sum = 0.0
      for i in row.indices { sum += exp(Double(row[i]) - Double(greatest)) }
      for i in row.indices {
        output[r * columnCount + i] = Float(exp(Double(row[i]) - Double(greatest)) / sum)
      }
    }
  }
}
