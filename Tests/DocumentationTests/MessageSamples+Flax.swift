import Messages
import Tensors
import WeightFiles

extension MessageGroup {
  static func flax() -> [MessageGroup] {
    [
      MessageGroup(
        "FlaxDefect", in: "WeightFileError", FlaxDefect.self, at: "Formats/WeightFiles/Flax/FlaxDefect.swift",
        .init([
          .cutShort(needed: 4096, left: 1234), .badByte(193), .trailing(byteCount: 12), .tooDeep(limit: 64), .badKey,
          .namesTooLong(limit: 268_435_456),
        ]) { WeightFileError(.flax($0), file: "flax_model.msgpack", offset: 1234) },
        .init([
          .unknownExtension(9), .badArray("its elements are not bytes"), .unsupportedDType("datetime64[ns]"),
          .badShape(.negativeDimension(-1)), .byteCount(expected: 4096, found: 1234),
          .badChunks("one of them cannot be read"),
        ]) { WeightFileError(.flax($0), file: "flax_model.msgpack", tensor: "params/Dense_0/kernel") })
    ]
  }
}
