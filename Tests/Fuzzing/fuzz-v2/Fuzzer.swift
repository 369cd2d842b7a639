internal import Checkpoints
internal import FuzzSupport
internal import Tensors
internal import TestSupport

private let index = ScratchFile("model.ckpt.index")
private let data = ScratchFile("model.ckpt.data-00000-of-00001")

/// A V2 checkpoint: an index, and the data file that it describes, in one input.
///
/// The first four bytes are the index's length, little-endian.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ input: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(input, count) { bytes in
    let (indexBytes, dataBytes) = BundleInput.split(bytes)
    index.write(indexBytes[...])
    data.write(dataBytes[...])
    try Fuzz.readAll(V2Checkpoint(prefix: String(index.path.dropLast(".index".count))))
  }
}

/// With the checksums of tensors and of blocks repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ input: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(input, count, maximumCount, seed, repair: BundleInput.repair)
}
