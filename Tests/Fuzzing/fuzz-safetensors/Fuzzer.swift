internal import FuzzSupport
internal import Tensors
internal import WeightFiles

private let file = ScratchFile("model.safetensors")

/// A safetensors file: its header and all its tensors.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    try Fuzz.readAll(SafetensorsFile(path: file.path))
  }
}
