internal import FuzzSupport
internal import Images

private let limits: ImageLimits = {
  var limits = ImageLimits()
  // A large picture takes long and shows nothing new.
  limits.maximumPixelCount = 1 << 14
  return limits
}()

/// A picture, through our decoder and libjpeg.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    _ = try RGBImage(decoding: bytes, path: "picture", limits: limits)
  }
}
