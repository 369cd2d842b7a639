internal import CDecantImages
internal import Essentials

/// A picture to be written as PNG: 8 bits per channel, rows from top to bottom.
package struct PNGPicture: Sendable {
  /// A color with its opacity.
  package struct Color: Sendable, Hashable {
    package var red, green, blue, alpha: UInt8

    /// A color; opaque unless said otherwise.
    package init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
      (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
    }
  }

  private let width: Int
  private let height: Int
  private let channelCount: Int
  private let pixels: [UInt8]
  private let palette: [Color]

  /// A picture of packed RGB.
  package init(_ image: RGBImage) {
    (width, height, channelCount, pixels, palette) = (image.width, image.height, 3, image.pixels, [])
  }

  /// A picture of colors from a palette.
  package init(_ image: PaletteImage) {
    (width, height, channelCount, pixels, palette) = (image.width, image.height, 1, image.pixels, image.palette)
  }

  /// The file's bytes; nil if there is not enough memory for them.
  package func encoded() -> [UInt8]? {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let colors = palette.flatMap { [$0.red, $0.green, $0.blue, $0.alpha] }
    // Pointers are valid for the call, which reads `width * height * channelCount` bytes and the given number of
    // colors.
    let status = unsafe pixels.withUnsafeBufferPointer { pixels in
      unsafe colors.withUnsafeBufferPointer { colors in
        var picture = unsafe decant_png_picture(
          width: UInt32(clamping: width), height: UInt32(clamping: height), channels: UInt32(channelCount),
          pixels: pixels.baseAddress, palette: colors.baseAddress, palette_count: UInt32(palette.count))
        return unsafe decant_png_encode(&picture, &bytes, &count)
      }
    }
    guard status == DECANT_IMAGE_OK, let encoded = unsafe bytes else { return nil }
    defer { unsafe free(encoded) }
    return unsafe Array(UnsafeBufferPointer(start: encoded, count: count))
  }
}
