/// Turns a decoded picture into what the network sees, bit for bit as im2txt in TensorFlow 0.12.1 does.
///
/// In order: to float32 in [0, 1], bilinear resize to 346 x 346 whatever the aspect ratio, the middle 299 x 299,
/// to [-1, 1]. Only the pixels that the crop keeps are computed.
/// - Source: im2txt `image_processing.py`; TensorFlow 0.12.1 `resize_bilinear_op.cc` with `align_corners` false.
public enum ImagePreprocessor {
  /// Pixels of a side after the resize.
  public static let resizedSide = 346
  /// Pixels of a side of the network's input.
  public static let inputSide = 299
  /// Elements of the network's input, `[299, 299, 3]`.
  public static let inputCount = inputSide * inputSide * 3

  /// Pixels that the crop drops before the first it keeps.
  static let cropStart = (resizedSide - inputSide) / 2

  /// What a sample of 0 to 255 is multiplied by: the float32 nearest to 1/255.
  static let sampleScale: Float = 1 / 255
  /// What is subtracted from a value in [0, 1].
  static let offset: Float = 0.5
  /// What the difference is multiplied by.
  static let range: Float = 2

  /// The network's input of one picture.
  ///
  /// - Returns: `[299, 299, 3]`, row-major, in [-1, 1].
  public static func input(from image: RGBImage) -> [Float] {
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
            // Every step rounds to float32; a fused multiply-add would round once less and give other bits.
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

  /// The two source positions that one output position mixes.
  struct Tap: Equatable {
    /// The nearer to the start.
    var low: Int
    /// Its successor, or itself at the edge.
    var high: Int
    /// The weight of `high`.
    var fraction: Float
  }

  /// The taps of the rows or columns that the crop keeps, for a source of `extent` rows or columns.
  static func taps(extent: Int) -> [Tap] {
    // Positions count from the corner of the first pixel, not from its centre: TensorFlow 1's resize.
    let scale = Float(extent) / Float(resizedSide)
    return (cropStart..<cropStart + inputSide).map { index in
      let position = Float(index) * scale
      let low = min(Int(position), extent - 1)
      return Tap(low: low, high: min(low + 1, extent - 1), fraction: position - Float(low))
    }
  }
}
