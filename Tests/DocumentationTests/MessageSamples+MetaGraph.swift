import Files
import Messages
import MetaGraph
import ProtobufWire
import Tensors

extension MessageGroup {
  static func metaGraph() -> [MessageGroup] {
    let address = RemoteAddress("gs://models/im2txt/frozen.pb")
    return [
      MessageGroup(
        "MetaGraphError", MetaGraphDefect.self, at: "Formats/MetaGraph/MetaGraphDefect.swift",
        .init([
          .file(FileError(.cannotOpen(2), file: "model.ckpt-3000000.meta")), .notMetaGraph(.hdf5),
          .notMetaGraph(.unknown), .savedModelInstead,
        ]) { MetaGraphError($0, file: "model.ckpt-3000000.meta") },
        .init([.noGraph]) { MetaGraphError($0, file: "model.ckpt-3000000") },
        .init([.notSavedModel(.html), .textFormat, .chunked]) { MetaGraphError($0, file: "export/saved_model.pb") },
        .init([.noSavedModel]) { MetaGraphError($0, file: "export") },
        .init(address.map { [.address($0)] } ?? []) { MetaGraphError($0, file: "gs://models/im2txt/frozen.pb") },
        .init([
          .notGraph(.gzip), .textGraph, .noSuchNode(name: "softmx", nearest: ["softmax"]),
          .noSuchNode(name: "a\u{1b}[31m\nb", nearest: []), .cycle(["while/Merge", "while/Switch"]), .cycle(["Merge"]),
          .duplicateNode("softmax"), .missingInput(node: "softmax", input: "logits/add:0"),
          .notFrozen(variables: ["logits/weights", "logits/biases"], checkpoint: "model.ckpt-3000000"),
          .notFrozen(variables: ["logits/weights"], checkpoint: nil),
          .partTooLarge(part: "the node 'logits/weights'", byteCount: 3_000_000_000, limit: 134_217_728),
          .tooManyNodes(limit: 2_097_152),
        ]) { MetaGraphError($0, file: "frozen.pb") },
        .init([.wire(.tooDeep(limit: 64)), .nameTooLong(byteCount: 100_000, limit: 65_536)]) {
          MetaGraphError($0, file: "frozen.pb", offset: 1234)
        },
        .init([.badConstant(node: "logits/weights"), .variable("logits/weights")]) {
          MetaGraphError($0, file: "frozen.pb")
        },
        .init([.constant(.noValue)]) { MetaGraphError($0, file: "frozen.pb", tensor: "logits/weights") }),
      MessageGroup(
        "ConstantDefect", in: "MetaGraphError", ConstantDefect.self, at: "Formats/MetaGraph/ConstantDefect.swift",
        .init([
          .noValue, .dtypesDiffer(GraphType(number: 1), GraphType(number: 2)), .unknownDType(99), .unknownRank,
          .badShape(.negativeDimension(-1)), .byteCount(expected: 48_000, found: 1234),
          .valueCount(expected: 12_000, found: 12_001), .tooManyElements(1_000_000_000),
          .raggedList(byteCount: 1234, width: 8), .wrongKind(.string), .wrongKind(.float32), .wrongKind(.resource),
        ]) { MetaGraphError(.constant($0), file: "frozen.pb", offset: 1234, tensor: "logits/weights") }),
    ]
  }
}
