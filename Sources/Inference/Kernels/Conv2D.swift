extension Conv2D {
  /// The fast twin of `reference`: an indirect product on packed weights.
  ///
  /// Where the window never leaves the map and pixels follow each other directly, the taps of a kernel row are one run of
  /// memory and become one tap. A 1x1 window of stride 1 is a plain matrix product then.
  ///
  /// - Parameters: as the reference's, with `weights` and bias packed.
  /// - Precondition: counts match the layouts.
  package static func run(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window, weights: PackedMatrix, rectifies: Bool,
    output: inout MutableSpan<Float>, _ outputLayout: MapLayout, on pool: WorkerPool, variant: KernelVariant = .chosen
  ) {
    let (shape, outputShape) = (inputLayout.shape, outputLayout.shape)
    let expectedShape = window.output(of: shape, channels: outputShape.channels)
    precondition(outputShape == expectedShape, "the window makes another map")
    precondition(weights.depth == window.tapCount * shape.channels, "weights do not fit the input")
    precondition(weights.columnCount == outputShape.channels, "weights do not fit the output")
    precondition(input.count >= inputLayout.spanCount && output.count >= outputLayout.spanCount, "a map is cut short")
    guard outputShape.pixelCount > 0 else { return }
    let origin = window.origin(in: shape)
    let finish: Finish = rectifies ? .biasAndReLU : .bias
    let joinsColumns = window.padding == .valid && inputLayout.isContiguous
    let tapWidth = joinsColumns ? 1 : window.width
    let mayLeave = window.padding == .same && window.tapCount > 1
    let zeros = AlignedFloats(count: mayLeave ? shape.channels : 0)
    // The spans outlive the run, whose tasks write disjoint tiles of the output and nothing else.
    unsafe zeros.span.withUnsafeBufferPointer { zeros in
      unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
          guard let output = output.baseAddress, let input = input.baseAddress else { return }
          nonisolated(unsafe) let (base, zeros) = unsafe (input, zeros.baseAddress)
          let product = unsafe IndirectProduct(
            rowCount: outputShape.pixelCount, tapCount: window.height * tapWidth,
            runCount: shape.channels * (window.width / tapWidth),
            freshCount: shape.channels * window.stride * window.stride,
            targets: [
              ProductTarget(
                weights: weights, output: output, outputStride: outputLayout.pixelStride, finish: finish)
            ])
          unsafe product.run(on: pool, variant) { rows, slots in
            var (line, x) = rows.lowerBound.quotientAndRemainder(dividingBy: outputShape.width)
            var (n, y) = line.quotientAndRemainder(dividingBy: outputShape.height)
            for row in 0..<rows.count {
              var slot = unsafe slots + row
              let (top, left) = (y * window.stride + origin.y, x * window.stride + origin.x)
              for inputY in top..<top + window.height {
                let isInside = inputY >= 0 && inputY < shape.height
                let lineStart = (n * shape.height + inputY) * shape.width
                for inputX in left..<left + tapWidth {
                  unsafe slot.pointee =
                    isInside && inputX >= 0 && inputX < shape.width
                    ? base + (lineStart + inputX) * inputLayout.pixelStride : zeros
                  unsafe slot += rows.count
                }
              }
              x += 1
              if x == outputShape.width { (x, y) = (0, y + 1) }
              if y == outputShape.height { (y, n) = (0, n + 1) }
            }
          }
        }
      }
    }
  }

  /// What is done to the sums of a convolution.
  package enum Finish: Sendable, Hashable {
    /// Adds nothing; the bias comes later.
    case none
    /// The bias is added.
    case bias
    /// The bias is added and negative values become 0.
    case biasAndReLU

    var addsBias: Bool { self != .none }
    var rectifies: Bool { self == .biasAndReLU }
  }

  /// Several 1x1 convolutions of one map, which is read once: as one matrix product with many columns.
  ///
  /// - Precondition: counts match the layouts, and outputs overlap neither each other nor the input.
  package static func branches(
    _ input: Span<Float>, _ layout: MapLayout, _ branches: [Branch<PackedMatrix>], on pool: WorkerPool,
    variant: KernelVariant = .chosen
  ) {
    let shape = layout.shape
    precondition(input.count >= layout.spanCount, "a map is cut short")
    precondition(branches.allSatisfy { $0.layout.shape.pixelCount == shape.pixelCount }, "a branch makes another map")
    // The span outlives the run, whose tasks write disjoint tiles of the outputs and nothing else.
    unsafe input.withUnsafeBufferPointer { input in
      guard let input = input.baseAddress else { return }
      nonisolated(unsafe) let base = unsafe input
      let product = IndirectProduct(
        rowCount: shape.pixelCount, tapCount: 1, runCount: shape.channels, freshCount: shape.channels,
        targets: branches.compactMap(\.target))
      unsafe product.run(on: pool, variant) { rows, slots in
        for row in rows { unsafe slots[row - rows.lowerBound] = base + row * layout.pixelStride }
      }
    }
  }
}
