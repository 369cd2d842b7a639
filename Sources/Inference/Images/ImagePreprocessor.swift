internal import CDecantImages

/// Turns a decoded picture into what the network sees, bit for bit as im2txt in TensorFlow 0.12.1 does.
///
/// In order: to float32 in [0, 1], bilinear resize to 346 x 346 whatever the aspect ratio, the middle 299 x 299,
/// to [-1, 1]. Only the pixels that the crop keeps are computed.
/// - Source: im2txt `image_processing.py`; TensorFlow 0.12.1 `resize_bilinear_op.cc` with `align_corners` false.
package enum ImagePreprocessor {
  /// Pixels per side after the resize.
  package static let resizedSide = 346
  /// Pixels per side of the network's input.
  package static let inputSide = 299
  /// Elements of the network's input, `[299, 299, 3]`.
  package static let inputCount = inputSide * inputSide * 3

  /// Pixels that the crop drops before the first one that it keeps.
  static let cropStart = (resizedSide - inputSide) / 2

  /// What a sample of 0 to 255 is multiplied by: the float32 nearest to 1/255.
  static let sampleScale: Float = 1 / 255
  /// What is subtracted from a value in [0, 1].
  static let offset: Float = 0.5
  /// What the difference is multiplied by.
  static let range: Float = 2

  /// The network's input for one picture.
  ///
  /// - Returns: `[299, 299, 3]`, row-major, in [-1, 1].
  package static func input(from image: RGBImage) -> [Float] {
    unsafe resize(width: image.width, height: image.height) { resize in
      unsafe image.pixels.withUnsafeBufferPointer { pixels in
        guard let start = pixels.baseAddress else { return }
        for y in 0..<image.height { unsafe decant_resize_add(resize, start + y * image.width * 3, UInt32(y)) }
      }
    }
  }

  /// The network's input for a picture whose rows come one after the other; the fast counterpart of `reference`.
  ///
  /// - Parameters:
  ///   - width: pixels in a row of the picture.
  ///   - height: its rows.
  ///   - addRows: adds all rows, in order.
  /// - Returns: `[299, 299, 3]`, row-major, in [-1, 1]; zeros for rows that were not added.
  static func resize(width: Int, height: Int, _ addRows: (UnsafeMutablePointer<decant_resize>) -> Void) -> [Float] {
    let rows = taps(extent: height).map(decant_tap.init)
    let columns = taps(extent: width).map(decant_tap.init)
    let lineCount = 3 * inputSide + 1
    var lines = [Float](repeating: 0, count: 2 * lineCount)
    var output = [Float](repeating: 0, count: inputCount)
    // All memory outlives the call, and the C function stays within the given counts.
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe columns.withUnsafeBufferPointer { columns in
        unsafe lines.withUnsafeMutableBufferPointer { lines in
          unsafe output.withUnsafeMutableBufferPointer { output in
            let first = lines.baseAddress
            var resize = unsafe decant_resize(
              width: UInt32(width), rows: rows.baseAddress, columns: columns.baseAddress, row_count: rows.count,
              column_count: columns.count, scale: sampleScale, offset: offset, range: range,
              lines: (first, first.map { unsafe $0 + lineCount }), output: output.baseAddress, done_count: 0)
            unsafe addRows(&resize)
          }
        }
      }
    }
    return output
  }

  /// The two source positions that one output position mixes.
  struct Tap: Equatable {
    /// The position nearer to the start.
    var low: Int
    /// Its successor, or itself at the edge.
    var high: Int
    /// The weight of `high`.
    var fraction: Float
  }

  /// The taps of the rows or columns that the crop keeps, for a source of `extent` rows or columns.
  static func taps(extent: Int) -> [Tap] {
    // Positions count from the corner of the first pixel, not from its center: TensorFlow 1's resize.
    let scale = Float(extent) / Float(resizedSide)
    return (cropStart..<cropStart + inputSide).map { index in
      let position = Float(index) * scale
      let low = min(Int(position), extent - 1)
      return Tap(low: low, high: min(low + 1, extent - 1), fraction: position - Float(low))
    }
  }
}

extension decant_tap {
  fileprivate init(_ tap: ImagePreprocessor.Tap) {
    self.init(low: UInt32(tap.low), high: UInt32(tap.high), fraction: tap.fraction)
  }
}
