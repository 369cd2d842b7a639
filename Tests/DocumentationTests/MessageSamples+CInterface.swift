import Messages
import Tensors

@testable import CInterface

extension MessageGroup {
  static func cInterface() -> [MessageGroup] {
    [
      MessageGroup(
        "CallError", CallError.self, at: "Library/CInterface/CallError.swift",
        .init([
          .missing("path"), .badOptions("there is no field 'verfy' here. The fields are object_names and verify."),
          .noTensor(500, count: 394), .byteCount(expected: 64, given: 32, tensor: "logits/biases"),
          .isString("words"), .isNotString("logits/biases"),
          .noValues("iterator", DType.resource.reasonWithoutValues ?? ""),
          .badArray(name: "logits/biases", "is there twice. Give each array a name of its own."),
          .refused(name: "table", "npz has no place for strings"),
        ]) { $0 })
    ]
  }
}
