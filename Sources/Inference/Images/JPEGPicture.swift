internal import CDecantImages
internal import Essentials

/// A picture to be written as JPEG, for people to look at.
package struct JPEGPicture: Sendable {
  private let image: RGBImage
  private let quality: Int

  /// A picture of packed RGB.
  ///
  /// - Parameters:
  ///   - image: the pixels; at most 65,500 per side, the limit of JPEG.
  ///   - quality: libjpeg's scale from 1 to 100; at 82, few people see a difference.
  package init(_ image: RGBImage, quality: Int = 82) {
    (self.image, self.quality) = (image, quality)
  }

  /// The file's bytes; nil if the picture is too large for the format, or if there is not enough memory.
  package func encoded() -> [UInt8]? {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    // The pointer is valid for the call, which reads `width * height * 3` bytes, as many as there are.
    let status = unsafe image.pixels.withUnsafeBufferPointer { pixels in
      unsafe decant_jpeg_encode(
        pixels.baseAddress, UInt32(clamping: image.width), UInt32(clamping: image.height), CInt(clamping: quality),
        &bytes,
        &count)
    }
    guard status == DECANT_IMAGE_OK, let encoded = unsafe bytes else { return nil }
    defer { unsafe free(encoded) }
    return unsafe Array(UnsafeBufferPointer(start: encoded, count: count))
  }
}
