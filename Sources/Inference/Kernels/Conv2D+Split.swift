internal import CDecantKernels

extension Conv2D {
  /// The twin of `splitReference` on tiles of bf16 numbers: the processor's, or emulated ones.
  ///
  /// Beside the reference's parameters, `weights` are split and packed for the window, `scratch` is memory for the split map (see
  /// `splitScratchCount`), and the threads of `pool` share the work.
  ///
  /// - Precondition: counts match the layouts; `window` is what the weights are packed for.
  package static func split(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window, weights: SplitWeights, rectifies: Bool,
    output: inout MutableSpan<Float>, _ outputLayout: MapLayout, scratch: inout MutableSpan<Float>,
    on pool: WorkerPool, variant: KernelVariant = .chosen
  ) {
    let outputShape = outputLayout.shape
    let expectedShape = window.output(of: inputLayout.shape, channels: outputShape.channels)
    precondition(outputShape == expectedShape, "the window makes another map")
    precondition(weights.columnCount == outputShape.channels, "weights do not fit the output")
    precondition(output.count >= outputLayout.spanCount, "a map is cut short")
    unsafe output.withUnsafeMutableBufferPointer { output in
      guard let start = output.baseAddress else { return }
      let target = unsafe ProductTarget(
        weights: weights, output: start, outputStride: outputLayout.pixelStride,
        finish: rectifies ? .biasAndReLU : .bias)
      multiply(
        input, inputLayout, window: window, outputShape: outputShape, [target], scratch: &scratch, on: pool, variant)
    }
  }

  /// Several 1x1 convolutions of one map, which is split and read once.
  ///
  /// - Precondition: counts match the layouts, outputs overlap neither each other nor the input, and all weights have the same terms.
  package static func splitBranches(
    _ input: Span<Float>, _ layout: MapLayout, _ branches: [Branch<SplitWeights>], scratch: inout MutableSpan<Float>,
    on pool: WorkerPool, variant: KernelVariant = .chosen
  ) {
    precondition(
      branches.allSatisfy { $0.layout.shape.pixelCount == layout.shape.pixelCount }, "a branch makes another map")
    multiply(
      input, layout, window: Window(1, 1), outputShape: layout.shape, branches.compactMap(\.target), scratch: &scratch,
      on: pool, variant)
  }

  private static func multiply(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window, outputShape: MapShape,
    _ targets: [ProductTarget<SplitWeights>], scratch: inout MutableSpan<Float>, on pool: WorkerPool,
    _ variant: KernelVariant
  ) {
    let shape = inputLayout.shape
    guard let terms = targets.first?.weights.terms, outputShape.pixelCount > 0 else { return }
    precondition(
      targets.allSatisfy { $0.weights.window.isSplit(like: window) && $0.weights.terms == terms },
      "the weights are packed for another window")
    precondition(targets.allSatisfy { $0.weights.depth == shape.channels }, "weights do not fit the input")
    precondition(input.count >= inputLayout.spanCount, "a map is cut short")
    precondition(
      scratch.count >= splitScratchCount(window: window, input: shape, output: outputShape, terms: terms),
      "the scratch memory is too small")
    // The spans outlive the runs, whose tasks write disjoint parts of the scratch memory and of the outputs and nothing else.
    unsafe input.withUnsafeBufferPointer { input in
      unsafe scratch.withUnsafeMutableBufferPointer { scratch in
        guard let input = input.baseAddress, let scratch = scratch.baseAddress else { return }
        let product = unsafe SplitProduct(
          window: window, terms: terms, inputLayout: inputLayout, outputShape: outputShape, input: input,
          scratch: UnsafeMutableRawPointer(scratch), targets: targets, functions: variant.split)
        product.run(on: pool)
      }
    }
  }

  /// Floats of scratch memory that a convolution needs, on any number of threads.
  package static func splitScratchCount(
    window: Window, input: MapShape, output: MapShape, terms: SplitTerms
  ) -> Int {
    var (turnInput, turnOutput) = (input, output)
    turnInput.count = SplitProduct.imagesPerTurn(window, input: input, output: output, terms: terms)
    turnOutput.count = turnInput.count
    return SplitSchedule(window, input: turnInput, output: turnOutput, terms: terms).scratchCount
  }
}

extension Window {
  /// Whether weights packed for one window serve another: the padding does not matter.
  fileprivate func isSplit(like other: Window) -> Bool {
    (height, width, stride) == (other.height, other.width, other.stride)
  }
}
