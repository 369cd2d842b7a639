internal import CDecantKernels

extension Softmax {
  /// The fast twin of `reference`, in single precision; one task per row.
  ///
  /// - Precondition: counts match.
  package static func run(
    _ input: Span<Float>, rowCount: Int, output: inout MutableSpan<Float>, on pool: WorkerPool,
    variant: KernelVariant = .chosen
  ) {
    guard rowCount > 0 else { return }
    let columnCount = input.count / rowCount
    precondition(columnCount > 0 && input.count == rowCount * columnCount && output.count == input.count, "rows differ")
    // The spans outlive the run, whose tasks write disjoint rows of the output and nothing else.
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let output = output.baseAddress, let input = input.baseAddress else { return }
        nonisolated(unsafe) let (from, to) = unsafe (input, output)
        pool.run(count: rowCount) { r in
          unsafe variant.functions.pointee.softmax(from + r * columnCount, columnCount, to + r * columnCount)
        }
      }
    }
  }
}
