import Bytes
import Messages
import ProtobufWire

extension MessageGroup {
  static func protobufWire() -> [MessageGroup] {
    [
      MessageGroup(
        "WireError", WireDefect.self, at: "Formats/ProtobufWire/WireDefect.swift",
        .init([
          .bytes(.endOfBytes(needed: 4, left: 1)), .fieldZero, .tagTooLarge(1 << 40), .group(field: 3),
          .badWireType(7, field: 3), .unexpectedWireType(field: 3, expected: .varint, found: .lengthDelimited),
          .tooLarge(byteCount: 3_000_000_000, limit: 2_147_483_647), .tooDeep(limit: 64),
          .tooManyFields(limit: 16_777_216), .tooManyMerges(field: 3, limit: 64), .refused(message: "BundleEntryProto"),
        ]) { WireError($0, file: "model.ckpt-3000000.index", offset: 1234) })
    ]
  }
}
