import Bytes
import Messages
import ProtobufWire
import WeightFiles

extension MessageGroup {
  static func bytes() -> [MessageGroup] {
    [
      MessageGroup(
        "ByteError", in: "WireError", ByteError.Reason.self, at: "Core/Bytes/ByteReader.swift",
        .init([.endOfBytes(needed: 4, left: 1), .varintTooLong, .tooLarge(18_446_744_073_709_551_615)]) {
          WireError(ByteError($0, offset: 1234)).inFile("model.ckpt-3000000.index")
        }),
      MessageGroup(
        "JSONError", in: "WeightFileError", JSONError.Reason.self, at: "Core/Bytes/JSONReader.swift",
        .init([
          .endOfText, .expected("a whole number"), .duplicateKey("logits/weights"), .badUTF8, .controlCharacter(27),
          .badEscape, .numberTooLarge, .tooDeep,
        ]) {
          WeightFileError(.badHeader("\(JSONError($0, offset: 1226))"), file: "model.safetensors", offset: 1234)
        }),
    ]
  }
}
