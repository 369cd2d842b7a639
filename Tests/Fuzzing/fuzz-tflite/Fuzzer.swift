internal import FuzzSupport
internal import Tensors
internal import TestSupport
internal import WeightFiles

private let file = ScratchFile("model.tflite")

/// A TensorFlow Lite model, as it is stored and dequantized.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    for dequantizes in [false, true] {
      try Fuzz.readAll(TFLiteFile.open(file.path, options: ReadOptions(dequantizes: dequantizes)))
    }
  }
}
