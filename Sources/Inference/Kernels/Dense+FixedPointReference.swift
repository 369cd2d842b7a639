extension Dense {
  /// The definition of a product with weights of 24 bits.
  ///
  /// A weight is the nearest whole number of its column's `unit`, at most 2^23 - 1; then
  /// `output[r][o] = bias[o] + unit * sum over k of input[r][k] * weight[k][o]`, in the order of k.
  ///
  /// - Parameters: as for `reference`.
  /// - Precondition: counts match, and weights are finite.
  package static func fixedPointReference(
    _ input: Span<Float>, rowCount: Int, weights: Span<Float>, bias: Span<Float>, output: inout MutableSpan<Float>
  ) {
    guard rowCount > 0 else { return }
    let depth = input.count / rowCount
    precondition(input.count == rowCount * depth && weights.count == depth * bias.count, "weights do not fit the rows")
    precondition(output.count == rowCount * bias.count, "the output has another size")
    let columnCount = bias.count
    for o in 0..<columnCount {
      let column = (0..<depth).map { weights[$0 * columnCount + o] }
      let unit = unit(ofColumn: column)
      let rounded = column.map { min(max(($0 / unit).rounded(.toNearestOrEven), -0x7fffff), 0x7fffff) }
      for r in 0..<rowCount {
        var sum: Float = 0
        for k in 0..<depth { sum += input[r * depth + k] * rounded[k] }
        output[r * columnCount + o] = sum * unit + bias[o]
      }
    }
  }

  /// The power of two of which a column's largest weight is 2^22 or more and less than 2^23; not below 2^-118.
  package static func unit(ofColumn column: [Float]) -> Float {
    let largest = column.reduce(0) { max($0, $1.magnitude) }
    guard largest.isNormal else { return 0x1p-118 }
    return max(largest.binade * 0x1p-22, 0x1p-118)
  }
}
