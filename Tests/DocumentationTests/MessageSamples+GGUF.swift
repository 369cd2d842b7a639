import Messages
import WeightFiles

extension MessageGroup {
  static func gguf() -> MessageGroup {
    MessageGroup(
      "GGUFDefect", in: "WeightFileError", GGUFDefect.self, at: "Formats/WeightFiles/GGUF/GGUFDefect.swift",
      .init([
        .noMagic, .version(1), .version(99), .pastEnd(what: "the list of tensors", needed: 4096, left: 1234),
        .headerTooLong(limit: 1 << 27), .valueType(key: "general.name", 99), .tooDeep(key: "general.tags", limit: 8),
        .repeatedKey("general.name"), .alignment("24"), .partName(count: 3),
        .missingParts(["model-00002-of-00003.gguf"], count: 3), .otherPart(expected: 2, count: 3),
        .tensorCount(declared: 12, found: 11), .replacedBytes(what: "a tensor's name"),
      ]) { WeightFileError(.gguf($0), file: "model-00001-of-00003.gguf") },
      .init([
        .tensorType(99), .extent(1 << 63),
        .partialBlock(type: "Q8_0", rowElementCount: 33, blockElementCount: 32),
        .dataOffset(4096, fileByteCount: 1234), .overlap("logits/biases"), .notDequantized(type: "IQ1_S"),
      ]) { WeightFileError(.gguf($0), file: "model.gguf", tensor: "logits/weights") })
  }
}
