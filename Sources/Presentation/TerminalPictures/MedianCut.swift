internal import Images

/// Reduces a picture to 256 colors: divides its colors at the median of their widest channel until there are enough
/// parts, and replaces the colors of each part by their mean. (Paul Heckbert, Color Image Quantization for Frame Buffer
/// Display, 1982.)
enum MedianCut {
  /// How many bits of each channel distinguish colors.
  private static let bits = 5
  private static let colorCount = 256

  /// The pixels that share one coarse color: their number and the sum of their colors.
  private struct Bin {
    /// Red, green and blue, of `bits` each.
    let place: SIMD3<Int>
    var count = 0
    var sum = SIMD3<Int>()
  }

  /// Bins that become one color.
  private struct Box {
    var bins: [Bin]
    let count: Int
    /// The channel with the widest range, and the range.
    let widest: (channel: Int, range: Int)

    init(_ bins: [Bin]) {
      self.bins = bins
      count = bins.reduce(0) { $0 + $1.count }
      let ranges = (0..<3).map { channel in
        let places = bins.map { $0.place[channel] }
        return (channel: channel, range: (places.max() ?? 0) - (places.min() ?? 0))
      }
      widest = ranges.max { $0.range < $1.range } ?? (0, 0)
    }

    /// Both parts; each contains at least one bin.
    func divided() -> (Box, Box) {
      let sorted = bins.sorted { $0.place[widest.channel] < $1.place[widest.channel] }
      var (end, seen) = (1, sorted[0].count)
      while end < sorted.count - 1, seen + sorted[end].count <= count / 2 {
        seen += sorted[end].count
        end += 1
      }
      return (Box(Array(sorted[..<end])), Box(Array(sorted[end...])))
    }
  }

  /// The picture in at most 256 colors.
  static func image(of image: RGBImage) -> PaletteImage {
    let pixelCount = image.width * image.height
    var bins = [Bin?](repeating: nil, count: 1 << (3 * bits))
    var indices = [Int](repeating: 0, count: pixelCount)
    for pixel in 0..<pixelCount {
      let color = SIMD3(
        Int(image.pixels[3 * pixel]), Int(image.pixels[3 * pixel + 1]), Int(image.pixels[3 * pixel + 2]))
      let place = color &>> (8 - bits)
      let index = (place.x << (2 * bits)) | (place.y << bits) | place.z
      indices[pixel] = index
      var bin = bins[index] ?? Bin(place: place)
      bin.count += 1
      bin.sum &+= color
      bins[index] = bin
    }
    let boxes = divide(Box(bins.compactMap(\.self)))
    var color = [UInt8](repeating: 0, count: bins.count)
    for (number, box) in boxes.enumerated() {
      for bin in box.bins {
        color[(bin.place.x << (2 * bits)) | (bin.place.y << bits) | bin.place.z] = UInt8(number)
      }
    }
    return PaletteImage(
      width: image.width, height: image.height, pixels: indices.map { color[$0] },
      palette: boxes.map { box in
        let sum = box.bins.reduce(SIMD3<Int>()) { $0 &+ $1.sum }
        let mean = (0..<3).map { UInt8((sum[$0] + box.count / 2) / box.count) }
        return PNGPicture.Color(red: mean[0], green: mean[1], blue: mean[2])
      })
  }

  /// Divides the box with the most pixels to gain, until there are enough boxes or none can be divided.
  private static func divide(_ first: Box) -> [Box] {
    var boxes = [first]
    while boxes.count < colorCount {
      let weights = boxes.map { $0.bins.count > 1 ? $0.count * $0.widest.range : 0 }
      guard let place = weights.indices.max(by: { weights[$0] < weights[$1] }), weights[place] > 0 else { break }
      let (lower, upper) = boxes[place].divided()
      boxes[place] = lower
      boxes.append(upper)
    }
    return boxes
  }
}
