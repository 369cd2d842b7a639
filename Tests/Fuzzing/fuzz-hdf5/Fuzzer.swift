internal import FuzzSupport
internal import Tensors
internal import WeightFiles

private let file = ScratchFile("model.h5")

/// An HDF5 file, through our reader and libhdf5.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(HDF5File(path: file.path))
  }
}
