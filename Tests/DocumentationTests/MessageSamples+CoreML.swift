import Messages
import WeightFiles

extension MessageGroup {
  static func coreML() -> MessageGroup {
    MessageGroup(
      "CoreMLDefect", in: "WeightFileError", CoreMLDefect.self, at: "Formats/WeightFiles/CoreML/CoreMLDefect.swift",
      .init([.badManifest("expected a string"), .noModel, .modelOutside("../model.mlmodel")]) {
        WeightFileError(.coreML($0), file: "model.mlpackage/Manifest.json")
      },
      .init([.noNetwork, .tooDeep(limit: 32)]) { WeightFileError(.coreML($0), file: "model.mlmodel") },
      .init([
        .quantized, .unsupportedType(37), .unknownAxis, .valueCount(found: 12, expected: 11),
        .valueCount(found: nil, expected: 11), .byteCount(found: 1234, expected: 4096), .valueTooLarge(300),
        .outside("@model_path/../weight.bin"), .missing("@model_path/weights/weight.bin"), .tooManyFiles(limit: 800),
        .storageVersion(3), .noRecord(offset: 65), .recordType(2),
        .pastEnd("@model_path/weights/weight.bin", fileByteCount: 1234),
      ]) { WeightFileError(.coreML($0), file: "model.mlmodel", tensor: "logits_weights") })
  }
}
