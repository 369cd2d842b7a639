internal import FuzzSupport
internal import Synchronization
internal import Tensors
internal import WeightFiles

private let file = ScratchFile("model.h5")
private let deaths = Atomic(0)
private let survivals = Atomic(0)

/// Before the first input, since the child inherits it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.keepHDF5Blocks()
  return 0
}

/// An HDF5 file, through our reader and libhdf5, in a child process, on which libhdf5 may do what it does to a damaged file.
///
/// A trap of our own in that child is a find. The whole reader, with the child that it makes for itself and for each file, is asked about
/// one in fifty of the inputs that the child does not survive, and about one in five hundred of the others.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    let survives = Fuzz.survivesInChild {
      Fuzz.attempt { try Fuzz.readAll(HDF5File(inThisProcess: file.path)) }
    }
    let turn =
      survives
      ? survivals.add(1, ordering: .relaxed).newValue % 500 : deaths.add(1, ordering: .relaxed).newValue % 50
    if turn == 1 { try Fuzz.readAll(HDF5File(path: file.path)) }
  }
}
