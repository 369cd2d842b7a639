/// Pools over windows of a map, as TensorFlow's `max_pool` and `avg_pool` define them.
package enum Pooling: Sendable, Hashable {
  /// The greatest value of the window; NaN if it has one.
  case maximum
  /// The mean of the window's cells that lie inside the map: padding is not counted.
  case average

  /// The definition. Cells are taken row by row.
  ///
  /// - Precondition: counts match the layouts.
  package func reference(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window,
    output: inout MutableSpan<Float>, _ outputLayout: MapLayout
  ) {
    let (shape, outputShape) = (inputLayout.shape, outputLayout.shape)
    precondition(outputShape == window.output(of: shape), "the window makes another map")
    precondition(input.count >= inputLayout.spanCount && output.count >= outputLayout.spanCount, "a map is cut short")
    let origin = window.origin(in: shape)
    for pixel in 0..<outputShape.pixelCount {
      let (row, x) = pixel.quotientAndRemainder(dividingBy: outputShape.width)
      let (n, y) = row.quotientAndRemainder(dividingBy: outputShape.height)
      let (startY, startX) = (y * window.stride + origin.y, x * window.stride + origin.x)
      let rows = max(startY, 0)..<min(startY + window.height, shape.height)
      let columns = max(startX, 0)..<min(startX + window.width, shape.width)
      for c in 0..<shape.channels {
        var result: Float?
        for inputY in rows {
          for inputX in columns {
            let value = input[((n * shape.height + inputY) * shape.width + inputX) * inputLayout.pixelStride + c]
            result = result.map { combine($0, value) } ?? value
          }
        }
        let total = result ?? 0
        let count = Float(rows.count * columns.count)
        output[pixel * outputLayout.pixelStride + c] = self == .average ? total / count : total
      }
    }
  }

  private func combine(_ left: Float, _ right: Float) -> Float {
    switch self {
    case .maximum: right > left || right.isNaN ? right : left
    case .average: left + right
    }
  }
}
