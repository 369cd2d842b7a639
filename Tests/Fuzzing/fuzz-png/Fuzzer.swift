internal import FuzzSupport
internal import Images
internal import TestSupport

private let limits: ImageLimits = {
  var limits = ImageLimits()
  // A large picture takes long and shows nothing new.
  limits.maximumPixelCount = 1 << 14
  return limits
}()

/// A picture, through our decoder and libpng.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    _ = try RGBImage(decoding: bytes, path: "picture", limits: limits)
  }
}

/// With the CRC-32 of chunks repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(data, count, maximumCount, seed, repair: ChecksumRepair.repairPNG)
}
