internal import Checkpoints
internal import FuzzSupport
internal import Tensors
internal import TestSupport

private let file = ScratchFile("model.ckpt")

/// A V1 checkpoint: its list and all its values.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(V1Checkpoint(paths: [file.path]))
  }
}

/// With the checksums of blocks repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(data, count, maximumCount, seed, repair: ChecksumRepair.repairTable)
}
