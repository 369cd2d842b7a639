/// Products of rows with a matrix: fully connected layers, the LSTM's gates, logits.
package enum Dense {
  /// The definition: `output[r][o] = bias[o] + sum over k of input[r][k] * weights[k][o]`, in the order of k.
  ///
  /// - Parameters:
  ///   - input: `[rowCount, depth]`, row-major.
  ///   - rowCount: rows of the input.
  ///   - weights: `[depth, outputs]`, row-major.
  ///   - bias: `[outputs]`.
  ///   - output: `[rowCount, outputs]`, row-major.
  /// - Precondition: counts match.
  package static func reference(
    _ input: Span<Float>, rowCount: Int, weights: Span<Float>, bias: Span<Float>, output: inout MutableSpan<Float>
  ) {
    guard rowCount > 0 else { return }
    let depth = input.count / rowCount
    precondition(input.count == rowCount * depth && weights.count == depth * bias.count, "weights do not fit the rows")
    precondition(output.count == rowCount * bias.count, "the output has another size")
    var sums = [Float](repeating: 0, count: bias.count)
    for r in 0..<rowCount {
      for o in sums.indices { sums[o] = bias[o] }
      for k in 0..<depth {
        let value = input[r * depth + k]
        let row = weights.extracting(k * sums.count..<(k + 1) * sums.count)
        for o in sums.indices { sums[o] += value * row[o] }
      }
      for o in sums.indices { output[r * sums.count + o] = sums[o] }
    }
  }
}
