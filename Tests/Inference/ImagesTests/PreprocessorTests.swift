import Testing

@testable import Images

@Suite("Preprocessing")
struct PreprocessorTests {
  @Test("a picture of 346 x 346 passes unchanged but for its scale")
  func identity() {
    let pixels = (0..<346 * 346 * 3).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 97) }
    let input = ImagePreprocessor.input(from: RGBImage(width: 346, height: 346, pixels: pixels))
    for (y, x) in [(0, 0), (0, 298), (298, 0), (150, 17), (298, 298)] {
      for c in 0..<3 {
        let sample = pixels[((y + 23) * 346 + x + 23) * 3 + c]
        #expect(input[(y * 299 + x) * 3 + c] == (Float(sample) * 0.003921569 - 0.5) * 2)
      }
    }
  }

  @Test(
    "pictures of all sizes have the bits of the reference",
    arguments: zip([1, 2, 3, 17, 298, 345, 346, 347, 700, 1037], [1, 691, 2, 346, 5, 347, 346, 1, 692, 2]))
  func reference(width: Int, height: Int) {
    var state = UInt64(width * 1000 + height)
    let pixels = (0..<width * height * 3).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    let image = RGBImage(width: width, height: height, pixels: pixels)
    // Bits, so that zeros of two signs would differ.
    let input = ImagePreprocessor.input(from: image)
    #expect(input.map(\.bitPattern) == ImagePreprocessor.reference(image).map(\.bitPattern))
  }

  @Test("black is -1 and white is 1", arguments: [(UInt8(0), Float(-1)), (UInt8(255), Float(1))])
  func range(sample: UInt8, value: Float) {
    let image = RGBImage(width: 5, height: 7, pixels: [UInt8](repeating: sample, count: 5 * 7 * 3))
    let input = ImagePreprocessor.input(from: image)
    #expect(input.count == ImagePreprocessor.inputCount)
    #expect(input.allSatisfy { $0 == value })
  }

  @Test(
    "positions stay inside the picture, whatever its extent", arguments: [1, 2, 3, 299, 345, 346, 347, 5000, 65500])
  func taps(extent: Int) {
    let taps = ImagePreprocessor.taps(extent: extent)
    #expect(taps.count == 299)
    #expect(taps.allSatisfy { 0 <= $0.low && $0.low <= $0.high && $0.high < extent && $0.high <= $0.low + 1 })
    #expect(taps.allSatisfy { 0 <= $0.fraction && $0.fraction < 1 })
    #expect(zip(taps, taps.dropFirst()).allSatisfy { $0.low <= $1.low })
  }

  @Test("positions count from the corner of the first pixel, without a half-pixel shift")
  func corner() {
    // Twice as many pixels as positions: every position falls on a pixel, the 23rd on pixel 46.
    #expect(ImagePreprocessor.taps(extent: 692).first == ImagePreprocessor.Tap(low: 46, high: 47, fraction: 0))
    #expect(ImagePreprocessor.taps(extent: 692)[1] == ImagePreprocessor.Tap(low: 48, high: 49, fraction: 0))
    #expect(ImagePreprocessor.taps(extent: 1)[298] == ImagePreprocessor.Tap(low: 0, high: 0, fraction: 321 * (1 / 346)))
  }
}
