internal import FuzzSupport
internal import Tensors
internal import TestSupport
internal import WeightFiles

private let file = ScratchFile("model.json")

/// A list of weights of a TensorFlow.js model; its shards are missing, or are the list itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(TFJSFile.open(file.path))
  }
}
