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
          .badArray(name: "logits/biases", "is given twice. Give each array a different name."),
          .refused(
            name: "table",
            "NumPy drops zero bytes at the end of strings; leave the tensor out with --drop, or write HDF5 (.h5)"),
        ]) { $0 })
    ]
  }
}
