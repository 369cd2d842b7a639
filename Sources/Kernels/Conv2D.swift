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
            freshCount: shape.channels * window.stride * window.stride, weights: weights, output: output,
            outputStride: outputLayout.pixelStride, rectifies: rectifies)
          unsafe product.run(on: pool, variant) { row, slots in
            let (line, x) = row.quotientAndRemainder(dividingBy: outputShape.width)
            let (n, y) = line.quotientAndRemainder(dividingBy: outputShape.height)
            var slot = unsafe slots
            for tapY in 0..<window.height {
              let inputY = y * window.stride + origin.y + tapY
              let isInside = inputY >= 0 && inputY < shape.height
              let lineStart = (n * shape.height + inputY) * shape.width
              for tapX in 0..<tapWidth {
                let inputX = x * window.stride + origin.x + tapX
                unsafe slot.pointee =
                  isInside && inputX >= 0 && inputX < shape.width
                  ? base + (lineStart + inputX) * inputLayout.pixelStride : zeros
                unsafe slot += IndirectProduct.tileHeight
              }
            }
          }
        }
      }
    }
  }
}
