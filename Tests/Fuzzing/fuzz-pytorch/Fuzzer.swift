internal import FuzzSupport
internal import Tensors
internal import TestSupport
internal import WeightFiles

private let file = ScratchFile("model.pth")

/// A PyTorch file of either layout, or a pickle.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    var options = ReadOptions()
    options.ignoresCode = true
    try Fuzz.readAll(PyTorchFile.open(file.path, options: options))
  }
}

/// With the CRC-32 of stored members repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(data, count, maximumCount, seed, repair: ChecksumRepair.repairArchive)
}
