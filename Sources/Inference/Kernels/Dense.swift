extension Dense {
  /// The fast twin of `reference`: all rows share one pass over the packed weights.
  ///
  /// - Precondition: counts match.
  package static func run(
    _ input: Span<Float>, rowCount: Int, weights: PackedMatrix, output: inout MutableSpan<Float>, on pool: WorkerPool,
    variant: KernelVariant = .chosen
  ) {
    precondition(input.count == rowCount * weights.depth, "weights do not fit the rows")
    precondition(output.count == rowCount * weights.columnCount, "the output has another size")
    // The spans outlive the run, whose tasks write disjoint tiles of the output and nothing else.
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let output = output.baseAddress, let input = input.baseAddress else { return }
        nonisolated(unsafe) let base = unsafe input
        let product = unsafe IndirectProduct(
          rowCount: rowCount, tapCount: 1, runCount: weights.depth, freshCount: weights.depth,
          targets: [
            ProductTarget(weights: weights, output: output, outputStride: weights.columnCount, finish: .bias)
          ])
        unsafe product.run(on: pool, variant) { rows, slots in
          for row in rows { unsafe slots[row - rows.lowerBound] = base + row * weights.depth }
        }
      }
    }
  }
}
