/// What TensorFlow calls the two ways of treating a map's border.
package enum Padding: Sendable, Hashable {
  /// As many outputs as inputs divided by the stride, rounded up; the border is surrounded by as few cells as that needs,
  /// an odd one at the bottom and right.
  case same
  /// Only windows that lie wholly inside the map.
  case valid
}

/// The window that a convolution or a pool moves over a map.
package struct Window: Sendable, Hashable, CustomStringConvertible {
  /// Rows of the window.
  package var height: Int
  /// Columns of the window.
  package var width: Int
  /// Pixels from a window to the next, in both directions.
  package var stride: Int
  /// What happens at the border.
  package var padding: Padding

  /// A window of at least 1x1.
  package init(_ height: Int, _ width: Int, stride: Int = 1, padding: Padding = .same) {
    precondition(height > 0 && width > 0 && stride > 0, "a window has extents of at least 1")
    self.height = height
    self.width = width
    self.stride = stride
    self.padding = padding
  }

  /// Cells of the window.
  package var tapCount: Int { height * width }

  /// The map that a pool makes, or a convolution with that many output channels; nil if no window fits.
  package func output(of input: MapShape, channels: Int? = nil) -> MapShape? {
    guard let height = outputExtent(input.height, window: height), let width = outputExtent(input.width, window: width)
    else { return nil }
    return MapShape(count: input.count, height: height, width: width, channels: channels ?? input.channels)
  }

  private func outputExtent(_ extent: Int, window: Int) -> Int? {
    let span = padding == .same ? extent - 1 : extent - window
    return extent > 0 && span >= 0 ? span / stride + 1 : nil
  }

  /// Where the first window starts: 0, or negative by the padding at the top and left.
  package func origin(in input: MapShape) -> (y: Int, x: Int) {
    (origin(input.height, window: height), origin(input.width, window: width))
  }

  private func origin(_ extent: Int, window: Int) -> Int {
    guard padding == .same, let outputs = outputExtent(extent, window: window) else { return 0 }
    return -(max((outputs - 1) * stride + window - extent, 0) / 2)
  }

  /// Such as `3x3/2 valid`.
  package var description: String { "\(height)x\(width)/\(stride) \(padding)" }
}
