internal import CDecantImages

/// Reduces a picture while its rows arrive. The inner loop is C; `RGBImage.shrunk` does the same in one step.
struct ShrinkingPicture {
  /// Pixels in a row of the small picture.
  let width: Int
  /// Its rows.
  let height: Int
  private let sourceWidth: Int
  private let sourceHeight: Int
  private var sums: [UInt64]
  private var pixels: [UInt8]

  /// A picture that is at most `side` pixels wide and high, in the source's proportions; never larger than the source.
  ///
  /// - Precondition: all numbers are positive, and the source has at most 2^40 pixels.
  init(width: Int, height: Int, side: Int) {
    let longer = max(width, height)
    (sourceWidth, sourceHeight) = (width, height)
    // Rounded to the nearest, but never to 0.
    func scaled(_ extent: Int) -> Int { longer <= side ? extent : max(1, (2 * extent * side + longer) / (2 * longer)) }
    self.width = scaled(width)
    self.height = scaled(height)
    sums = Array(repeating: 0, count: 6 * self.width)
    pixels = Array(repeating: 0, count: 3 * self.width * self.height)
  }

  /// Passes on what takes the rows; every row must be added, in order.
  mutating func shrink<Value>(_ addRows: (UnsafeMutablePointer<decant_shrink>) -> Value) -> Value {
    let lineCount = 3 * width
    // All memory outlives the call, and the C functions stay within the given extents.
    return unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe pixels.withUnsafeMutableBufferPointer { pixels in
        let line = sums.baseAddress
        var shrink = unsafe decant_shrink(
          width: UInt32(sourceWidth), height: UInt32(sourceHeight), output_width: UInt32(width),
          output_height: UInt32(height), line: line, sum: line.map { unsafe $0 + lineCount },
          output: pixels.baseAddress, done_count: 0, rest: UInt32(sourceHeight))
        return unsafe addRows(&shrink)
      }
    }
  }

  /// The small picture.
  var image: RGBImage { RGBImage(width: width, height: height, pixels: pixels) }
}

extension RGBImage {
  /// The picture with at most `side` pixels per side; every pixel is the mean of the area that it covers.
  package func shrunk(toSide side: Int) -> RGBImage {
    if max(width, height) <= side { return self }
    var small = ShrinkingPicture(width: width, height: height, side: max(side, 1))
    unsafe small.shrink { shrink in
      unsafe pixels.withUnsafeBufferPointer { pixels in
        guard let start = pixels.baseAddress else { return }
        for y in 0..<height { unsafe decant_shrink_add(shrink, start + y * width * 3) }
      }
    }
    return small.image
  }
}
