internal import FuzzSupport
internal import Tensors
internal import WeightFiles

private let file = ScratchFile("model.h5")

/// An HDF5 file, through our reader and libhdf5.
///
/// libhdf5 crashes on some, so a child process reads each first, as everywhere. Here it is one child for thousands of inputs; where it
/// does not survive, the reader with a child of its own must say so.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    let survives = Fuzz.survivesInChild { try? Fuzz.readAll(HDF5File(rehearsed: file.path)) }
    try Fuzz.readAll(survives ? HDF5File(rehearsed: file.path) : HDF5File(path: file.path))
  }
}
