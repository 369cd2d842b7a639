extension Conv2D {
  /// One of several 1x1 convolutions of the same map.
  @safe
  package struct Branch<Weights: PanelWeights> {
    let weights: Weights
    let output: UnsafeMutableBufferPointer<Float>
    let layout: MapLayout
    let finish: Finish

    /// A convolution whose output has that layout.
    package init(weights: Weights, output: UnsafeMutableBufferPointer<Float>, _ layout: MapLayout, finish: Finish) {
      precondition(weights.columnCount == layout.shape.channels, "weights do not fit the output")
      let count = output.count
      precondition(count >= layout.spanCount, "a map is cut short")
      (self.weights, self.layout, self.finish) = (weights, layout, finish)
      unsafe self.output = output
    }

    /// What a product needs to know of it; nil if the output has no memory, which is so only where it has no values.
    var target: ProductTarget<Weights>? {
      unsafe output.baseAddress.map { start in
        unsafe ProductTarget(weights: weights, output: start, outputStride: layout.pixelStride, finish: finish)
      }
    }
  }
}
