internal import FuzzSupport
internal import Synchronization
internal import Tensors
internal import WeightFiles

private let file = ScratchFile("model.h5")
private let deaths = Atomic(0)

/// Before the first input, since the child inherits it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.keepHDF5Blocks()
  return 0
}

/// An HDF5 file, through our reader and libhdf5.
///
/// libhdf5 crashes on some, so a child process reads each first, as everywhere. Here it is one child for thousands of inputs; the reader
/// with a child of its own, which waits for loops longer, is asked about one in fifty of those that it does not survive.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    let survives = Fuzz.survivesInChild { try? Fuzz.readAll(HDF5File(rehearsed: file.path)) }
    if survives {
      try Fuzz.readAll(HDF5File(rehearsed: file.path))
    } else if deaths.add(1, ordering: .relaxed).newValue % 50 == 1 {
      try Fuzz.readAll(HDF5File(path: file.path))
    }
  }
}
