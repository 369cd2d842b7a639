import Engine
import Messages
import Tensors

extension MessageGroup {
  static func engine() throws -> [MessageGroup] {
    [
      MessageGroup(
        "EngineError", EngineDefect.self, at: "Inference/Engine/EngineError.swift",
        .init([
          .shape(expected: [512, nil], found: try Shape([12_000, 512])), .dtype(.int8),
          .byteCount(expected: 24_576_000, found: 1234),
        ]) { EngineError($0, file: "model.ckpt-3000000", tensor: "logits/weights") },
        .init([
          .activationsTooLarge(byteCount: 10_000_000_000), .activationsTooLarge(byteCount: nil),
          .outOfMemory(byteCount: 149_002_244),
        ]) { EngineError($0, file: "model.ckpt-3000000") },
        .init([
          .imageValueCount(imageValueCount: 268_203, count: 2, found: 1234),
          .wordOutOfRange(12_000, vocabularySize: 12_000), .stateCount(expected: 3, found: 1),
          .stateSize(expected: 512, found: 256),
        ]) { EngineError($0) })
    ]
  }
}
