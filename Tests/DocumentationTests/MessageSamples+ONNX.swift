import Messages
import WeightFiles

extension MessageGroup {
  static func onnx() -> MessageGroup {
    MessageGroup(
      "ONNXDefect", in: "WeightFileError", ONNXDefect.self, at: "Formats/WeightFiles/ONNX/ONNXDefect.swift",
      .init([.noGraph, .tooDeep(limit: 32), .unnamed(count: 12), .metadataTooLong(key: "notes", limit: 1 << 20)]) {
        WeightFileError(.onnx($0), file: "model.onnx")
      },
      .init([
        .unknownType(99), .unsupportedType("FLOAT8E8M0"), .sparse, .segment, .unknownPlace(2),
        .noData(field: "float_data"), .strayStrings, .byteCount(found: 1234, expected: 4096),
        .valueCount(field: "float_data", found: 12, expected: 11),
        .valueCount(field: "int64_data", found: nil, expected: 11), .valueTooLarge(300, type: "UINT8"), .noLocation,
        .outside("../weights.bin"), .missing("weights.bin"), .badNumber(key: "offset", value: "0x10"),
        .pastEnd("weights.bin", offset: 1234, byteCount: 4096, fileByteCount: 2345), .tooManyFiles(limit: 800),
      ]) { WeightFileError(.onnx($0), file: "model.onnx", tensor: "logits/weights") })
  }
}
