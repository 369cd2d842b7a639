import Messages
import WeightFiles

extension MessageGroup {
  static func tfLite() -> MessageGroup {
    MessageGroup(
      "TFLiteDefect", in: "WeightFileError", TFLiteDefect.self, at: "Formats/WeightFiles/TFLite/TFLiteDefect.swift",
      .init([
        .noIdentifier, .badOffset(target: 4096, byteCount: 1234), .badTable,
        .vectorPastEnd(count: 1_000_000, elementByteCount: 4, left: 1234), .repeated, .missing("subgraphs"),
      ]) { WeightFileError(.tfLite($0), file: "model.tflite") },
      .init([
        .noBuffer(12, count: 11), .bufferOutside(offset: 4096, size: 400, byteCount: 1234), .externalBuffer,
        .unknownType(99), .opaqueType("resource"), .sparse,
        .quantization("it has 3 scales, but 1 zero point"),
        .strings("there are 11 in the buffer, but the shape has 12 elements"),
      ]) { WeightFileError(.tfLite($0), file: "model.tflite", tensor: "logits/weights") })
  }
}
