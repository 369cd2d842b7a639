internal import FuzzSupport
internal import Tensors
internal import TestSupport
internal import WeightFiles

private let file = ScratchFile("model.onnx")

/// An ONNX model.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(ONNXFile.open(file.path))
  }
}
