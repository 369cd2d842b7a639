extension ImagePreprocessor {
  /// The network's input for one picture, pixel by pixel: the definition that `input(from:)` must match.
  ///
  /// - Returns: `[299, 299, 3]`, row-major, in [-1, 1].
  static func reference(_ image: RGBImage) -> [Float] {
    let rows = taps(extent: image.height)
    let columns = taps(extent: image.width)
    // All 256 values that a sample can have, scaled once.
    let scaled = (0..<256).map { Float($0) * sampleScale }
    let rowStride = image.width * 3
    let pixels = image.pixels.span
    let scale = scaled.span
    return unsafe [Float](unsafeUninitializedCapacity: inputCount) { output, initializedCount in
      var o = 0
      for y in rows {
        let top = y.low * rowStride
        let bottom = y.high * rowStride
        for x in columns {
          let left = x.low * 3
          let right = x.high * 3
          for c in 0..<3 {
            let topLeft = scale[Int(pixels[top + left + c])]
            let topRight = scale[Int(pixels[top + right + c])]
            let bottomLeft = scale[Int(pixels[bottom + left + c])]
            let bottomRight = scale[Int(pixels[bottom + right + c])]
            // Every step rounds to float32; a fused multiply-add would round once less and give different bits.
            let upper = topLeft + (topRight - topLeft) * x.fraction
            let lower = bottomLeft + (bottomRight - bottomLeft) * x.fraction
            let value = upper + (lower - upper) * y.fraction
            unsafe output[o] = (value - offset) * range
            o += 1
          }
        }
      }
      initializedCount = o
    }
  }
}
