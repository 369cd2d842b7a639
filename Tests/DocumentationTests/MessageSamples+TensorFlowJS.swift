import Messages
import WeightFiles

extension MessageGroup {
  static func tensorFlowJS() -> MessageGroup {
    MessageGroup(
      "TFJSDefect", in: "WeightFileError", TFJSDefect.self, at: "Formats/WeightFiles/TensorFlowJS/TFJSDefect.swift",
      .init([
        .tooLarge(byteCount: 3_000_000_000, limit: 1 << 28), .badJSON("expected an array"), .noManifest,
        .missingMember("paths"), .longGroup(paths: ["group1-shard1of1.bin"], needed: 4096, found: 4120),
        .noShards(["group1-shard1of2.bin", "group1-shard2of2.bin"]),
      ]) { WeightFileError(.tensorFlowJS($0), file: "model.json") },
      .init([
        .address("https://example.com/group1-shard1of1.bin"), .outside("../group1-shard1of1.bin"),
        .missing("group1-shard1of1.bin"), .tooManyShards(limit: 800),
        .shortShard("group1-shard2of3.bin", byteCount: 1234), .shortGroup,
        .pastEnd(needed: 4096, found: 1234),
        .unknownPlace, .quantization("int8", of: "float32"), .quantizationNumber("scale"), .badStrings,
      ]) { WeightFileError(.tensorFlowJS($0), file: "model.json", tensor: "logits/weights") })
  }
}
