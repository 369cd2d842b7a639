internal import CDecantKernels

extension Pooling {
  /// The fast twin of `reference`: vectors of channels, one task per row of the output.
  ///
  /// - Parameters: as the reference's, and
  ///   - biasAndReLU: for an average of sums whose 1x1 convolution has not been finished: the weights whose bias is added to the means,
  ///     before negative values become 0.
  /// - Precondition: counts match the layouts; only averages are finished.
  package func run(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window,
    biasAndReLU: (any PanelWeights)? = nil, output: inout MutableSpan<Float>, _ outputLayout: MapLayout,
    on pool: WorkerPool, variant: KernelVariant = .chosen
  ) {
    let (shape, outputShape) = (inputLayout.shape, outputLayout.shape)
    precondition(outputShape == window.output(of: shape), "the window makes another map")
    precondition(input.count >= inputLayout.spanCount && output.count >= outputLayout.spanCount, "a map is cut short")
    precondition(
      biasAndReLU.map { self == .average && $0.columnCount == shape.channels } ?? true, "no bias for this pool")
    let origin = window.origin(in: shape)
    // The spans outlive the run, whose tasks write disjoint rows of the output and nothing else.
    unsafe input.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let output = output.baseAddress, let input = input.baseAddress else { return }
        nonisolated(unsafe) let (from, to) = unsafe (input, output)
        nonisolated(unsafe) let functions = unsafe variant.functions.pointee
        nonisolated(unsafe) let bias = unsafe biasAndReLU?.biasStart
        pool.run(count: outputShape.count * outputShape.height) { line in
          let (n, y) = line.quotientAndRemainder(dividingBy: outputShape.height)
          let startY = y * window.stride + origin.y
          let rows = max(startY, 0)..<min(startY + window.height, shape.height)
          unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: window.tapCount) { taps in
            for x in 0..<outputShape.width {
              let startX = x * window.stride + origin.x
              var tapCount = 0
              for inputY in rows {
                for inputX in max(startX, 0)..<min(startX + window.width, shape.width) {
                  let pixel = (n * shape.height + inputY) * shape.width + inputX
                  unsafe taps.initializeElement(at: tapCount, to: from + pixel * inputLayout.pixelStride)
                  tapCount += 1
                }
              }
              let pixel = line * outputShape.width + x
              let result = unsafe to + pixel * outputLayout.pixelStride
              if self == .maximum {
                unsafe functions.maximum(taps.baseAddress, tapCount, shape.channels, result)
              } else {
                unsafe functions.average(taps.baseAddress, tapCount, shape.channels, bias, result)
              }
            }
          }
        }
      }
    }
  }
}
