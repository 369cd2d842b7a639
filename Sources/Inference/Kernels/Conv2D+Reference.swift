/// Convolution of a batch of maps, as TensorFlow's `conv2d` defines it, with bias and ReLU.
package enum Conv2D {
  /// The definition: an output is its bias plus products in the order of kernel rows, kernel columns, input channels.
  ///
  /// - Parameters:
  ///   - input: the maps, `[n, h, w, c]`.
  ///   - inputLayout: how the maps lie in `input`.
  ///   - window: kernel, stride and padding.
  ///   - weights: `[window.height, window.width, input channels, output channels]`, row-major.
  ///   - bias: `[output channels]`.
  ///   - rectifies: whether negative results become 0 (ReLU); NaN stays.
  ///   - output: the maps that `window` makes of the input.
  ///   - outputLayout: how they lie in `output`.
  /// - Precondition: counts match the layouts.
  package static func reference(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window, weights: Span<Float>, bias: Span<Float>,
    rectifies: Bool, output: inout MutableSpan<Float>, _ outputLayout: MapLayout
  ) {
    let (shape, outputShape) = (inputLayout.shape, outputLayout.shape)
    let expectedShape = window.output(of: shape, channels: outputShape.channels)
    precondition(outputShape == expectedShape, "the window makes another map")
    let depth = window.tapCount * shape.channels
    precondition(weights.count == depth * outputShape.channels, "weights do not fit the maps")
    precondition(bias.count == outputShape.channels, "bias does not fit the map")
    precondition(input.count >= inputLayout.spanCount && output.count >= outputLayout.spanCount, "a map is cut short")
    let origin = window.origin(in: shape)
    var sums = [Float](repeating: 0, count: outputShape.channels)
    var pixel = 0
    for n in 0..<outputShape.count {
      for y in 0..<outputShape.height {
        for x in 0..<outputShape.width {
          for o in sums.indices { sums[o] = bias[o] }
          for tapY in 0..<window.height {
            let inputY = y * window.stride + origin.y + tapY
            guard 0..<shape.height ~= inputY else { continue }
            for tapX in 0..<window.width {
              let inputX = x * window.stride + origin.x + tapX
              guard 0..<shape.width ~= inputX else { continue }
              let inputStart = ((n * shape.height + inputY) * shape.width + inputX) * inputLayout.pixelStride
              let tapStart = (tapY * window.width + tapX) * shape.channels
              for c in 0..<shape.channels {
                let value = input[inputStart + c]
                let row = weights.extracting((tapStart + c) * sums.count..<(tapStart + c + 1) * sums.count)
                for o in sums.indices { sums[o] += value * row[o] }
              }
            }
          }
          let outputStart = pixel * outputLayout.pixelStride
          for o in sums.indices { output[outputStart + o] = rectifies && sums[o] < 0 ? 0 : sums[o] }
          pixel += 1
        }
      }
    }
  }
}
