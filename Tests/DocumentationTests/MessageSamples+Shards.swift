import Files
import Messages
import WeightFiles

extension MessageGroup {
  static func shardIndex() -> MessageGroup {
    MessageGroup(
      "ShardIndexDefect", in: "WeightFileError", ShardIndexDefect.self,
      at: "Formats/WeightFiles/Shards/ShardIndexDefect.swift",
      .init([
        .tooLarge(byteCount: 3_000_000_000, limit: 1 << 26), .badJSON("expected '{'"), .noMap, .emptyMap,
        .totalSize(declared: "4096", found: 1234),
      ]) { WeightFileError(.shardIndex($0), file: "model.safetensors.index.json") },
      .init([.leadsOut("../other.safetensors"), .notInShard(shard: "model-00001-of-00003.safetensors")]) {
        WeightFileError(.shardIndex($0), file: "model.safetensors.index.json", tensor: "logits/weights")
      },
      .init([
        .missing, .notInIndex(index: "model.safetensors.index.json"),
        .twice(first: "model-00001-of-00003.safetensors", second: "model-00002-of-00003.safetensors"),
      ]) { WeightFileError(.shardIndex($0), file: "model-00002-of-00003.safetensors", tensor: "logits/weights") },
      .init([
        .notAShard, .otherContent(.lfsPointer(byteCount: 12345)),
        .metadataDiffers("decant.model", first: "model-00001-of-00003.safetensors"),
        .partOfModel(index: "model.safetensors.index.json"), .partOfModel(index: nil),
        .others(number: 2, count: 3, missing: ["model-00001-of-00003.safetensors"]),
      ]) { WeightFileError(.shardIndex($0), file: "model-00002-of-00003.safetensors") })
  }

  static func kerasArchive() -> MessageGroup {
    MessageGroup(
      "KerasArchiveDefect", in: "WeightFileError", KerasArchiveDefect.self,
      at: "Formats/WeightFiles/Keras/KerasArchiveDefect.swift",
      .init([
        .noWeights(members: ["metadata.json", "config.json"]), .weightsTwice,
        .textTooLarge("config.json", byteCount: 3_000_000_000, limit: 1 << 25),
        .badText("config.json", "the JSON text ends in the middle of a value"),
      ]) { WeightFileError(.kerasArchive($0), file: "model.keras") })
  }
}
