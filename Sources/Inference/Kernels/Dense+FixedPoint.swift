internal import CDecantKernels

extension Dense {
  /// The fast twin of `fixedPointReference`: all rows share one pass over the weights.
  ///
  /// Every value is summed by one task in the order of the reduction, so neither the number of rows nor that of threads shows in its bits.
  /// Sums count 256ths of a unit, of which a weight has up to 2^31: inputs beyond 2^80 may overflow where other kernels would not.
  ///
  /// - Precondition: counts match.
  package static func run(
    _ input: Span<Float>, rowCount: Int, weights: FixedPointMatrix, output: inout MutableSpan<Float>,
    on pool: WorkerPool, variant: KernelVariant = .chosen
  ) {
    precondition(input.count == rowCount * weights.depth, "weights do not fit the rows")
    precondition(output.count == rowCount * weights.columnCount, "the output has another size")
    let panelCount = weights.panelCount
    let taskCount = EvenShares.groups(of: panelCount, threadCount: pool.threadCount)
    // The spans outlive the run, whose tasks write disjoint columns of the output and nothing else.
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let output = output.baseAddress, let input = input.baseAddress else { return }
        nonisolated(unsafe) let (from, to) = unsafe (input, output)
        pool.run(count: taskCount) { task in
          let panels = EvenShares.range(task, of: taskCount, count: panelCount)
          let column = panels.lowerBound * FixedPointMatrix.panelWidth
          var product = unsafe decant_fixed_point_product(
            row_count: rowCount, depth: weights.depth,
            column_count: min(panels.count * FixedPointMatrix.panelWidth, weights.columnCount - column),
            rows: from, row_stride: weights.depth,
            weights: weights.panels.start + panels.lowerBound * weights.panelStride,
            scale: weights.scale.start + column, bias: weights.bias.start + column,
            output: to + column, output_stride: weights.columnCount)
          unsafe variant.functions.pointee.fixed_point_product(&product)
        }
      }
    }
  }
}
