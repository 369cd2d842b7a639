internal import FuzzSupport
internal import Tensors
internal import TestSupport
internal import WeightFiles

private let file = ScratchFile("model.npz")

/// A numpy archive or a single array.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(NpzFile(path: file.path))
  }
}

/// With the CRC-32 of stored members repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(data, count, maximumCount, seed, repair: ChecksumRepair.repairArchive)
}
