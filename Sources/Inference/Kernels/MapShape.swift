/// The extents of a feature map, or of a batch of them, in NHWC order.
package struct MapShape: Sendable, Hashable, CustomStringConvertible {
  /// Images in the batch.
  package var count: Int
  /// Rows of pixels.
  package var height: Int
  /// Pixels of a row.
  package var width: Int
  /// Values of a pixel.
  package var channels: Int

  /// A batch of `count` maps.
  package init(count: Int = 1, height: Int, width: Int, channels: Int) {
    self.count = count
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Pixels of the whole batch.
  package var pixelCount: Int { count * height * width }

  /// Values of the whole batch.
  package var elementCount: Int { pixelCount * channels }

  /// Such as `35x35x288`; the batch is shown where it is not 1.
  package var description: String { (count == 1 ? "" : "\(count)x") + "\(height)x\(width)x\(channels)" }
}

/// How a map lies in memory: pixel after pixel, each `pixelStride` floats after the one before.
///
/// A branch of a concatenation has the stride of the common output and starts at its own first channel.
package struct MapLayout: Sendable, Hashable {
  /// The extents.
  package var shape: MapShape
  /// Floats from a pixel to the next; at least the channels.
  package var pixelStride: Int

  /// A map whose pixels follow each other directly, unless a stride is given.
  package init(_ shape: MapShape, pixelStride: Int? = nil) {
    self.shape = shape
    self.pixelStride = pixelStride ?? shape.channels
    precondition(self.pixelStride >= shape.channels, "pixels overlap")
  }

  /// Whether pixels follow each other directly.
  package var isContiguous: Bool { pixelStride == shape.channels }

  /// The number of floats from the first value through the last.
  package var spanCount: Int { shape.elementCount == 0 ? 0 : (shape.pixelCount - 1) * pixelStride + shape.channels }
}
