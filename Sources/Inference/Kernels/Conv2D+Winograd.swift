internal import CDecantKernels

extension Conv2D {
  /// The twin of `reference` with fewer multiplications, for windows of stride 1 that a transform fits.
  ///
  /// Three steps: transform the inputs of every tile (`[position][tile][channel]`), multiply position by position with the transformed
  /// weights, and transform the products into outputs, with bias and ReLU. `WinogradSchedule` cuts them up.
  ///
  /// Beside the reference's parameters, `weights` are transformed for the window, `scratch` is memory for what lies between the steps (see
  /// `winogradScratchCount`), and the threads of `pool` share the work.
  ///
  /// - Precondition: counts match the layouts; `window` is what the weights' transform is for.
  package static func winograd(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window, weights: WinogradWeights, rectifies: Bool,
    output: inout MutableSpan<Float>, _ outputLayout: MapLayout, scratch: inout MutableSpan<Float>,
    on pool: WorkerPool, variant: KernelVariant = .chosen
  ) {
    let (shape, outputShape) = (inputLayout.shape, outputLayout.shape)
    let expectedShape = window.output(of: shape, channels: outputShape.channels)
    precondition(outputShape == expectedShape, "the window makes another map")
    precondition(weights.transform.fits(window), "the weights are transformed for another window")
    precondition(weights.depth == shape.channels, "weights do not fit the input")
    precondition(weights.columnCount == outputShape.channels, "weights do not fit the output")
    precondition(input.count >= inputLayout.spanCount && output.count >= outputLayout.spanCount, "a map is cut short")
    precondition(
      scratch.count
        >= winogradScratchCount(
          window: window, input: shape, output: outputShape, transform: weights.transform, layout: weights.layout,
          threadCount: pool.threadCount
        ),
      "the scratch memory is too small")
    guard outputShape.pixelCount > 0 else { return }
    let zeros = AlignedFloats(count: shape.channels)
    // The spans outlive the runs, whose tasks write disjoint tiles of the scratch memory and of the output and nothing else.
    unsafe zeros.span.withUnsafeBufferPointer { zeros in
      unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
          unsafe scratch.withUnsafeMutableBufferPointer { scratch in
            guard let zeros = zeros.baseAddress, let input = input.baseAddress, let output = output.baseAddress,
              let scratch = scratch.baseAddress
            else { return }
            let product = unsafe WinogradProduct(
              window: window, inputLayout: inputLayout, outputLayout: outputLayout, weights: weights,
              rectifies: rectifies, input: input, zeros: zeros, scratch: scratch, output: output,
              functions: variant.functions)
            product.run(on: pool)
          }
        }
      }
    }
  }

  /// Multiplications of a convolution without those of the transforms.
  package static func winogradMultiplicationCount(
    window: Window, input: MapShape, output: MapShape, transform: WinogradTransform
  ) -> Int {
    let grid = TileGrid(transform, window: window, output: output)
    return grid.count * transform.positionCount * input.channels * output.channels
  }

  /// Floats of scratch memory that a convolution needs on this many threads.
  package static func winogradScratchCount(
    window: Window, input: MapShape, output: MapShape, transform: WinogradTransform, layout: PanelLayout,
    threadCount: Int
  ) -> Int {
    let schedule = WinogradSchedule(
      TileGrid(transform, window: window, output: output), transform, depth: input.channels, layout: layout,
      threadCount: threadCount)
    return schedule.scratchCount(threadCount: threadCount)
  }
}

extension WinogradTransform {
  /// Whether a convolution can be computed by it.
  package func fits(_ window: Window) -> Bool {
    guard window.stride == 1 else { return false }
    return isPlane
      ? window.height == tapCount && window.width == tapCount
      : min(window.height, window.width) == 1 && max(window.height, window.width) == tapCount
  }
}
