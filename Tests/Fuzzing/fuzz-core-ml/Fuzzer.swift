internal import FuzzSupport
internal import Tensors
internal import TestSupport
internal import WeightFiles

private let file = ScratchFile("model.mlmodel")

/// A Core ML model, which may also be its own file of weights.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(CoreMLFile.open(file.path))
  }
}
