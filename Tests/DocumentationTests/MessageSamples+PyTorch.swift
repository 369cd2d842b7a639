import Messages
import WeightFiles

extension MessageGroup {
  static func pyTorch() -> [MessageGroup] {
    [
      MessageGroup(
        "PyTorchDefect", in: "WeightFileError", PyTorchDefect.self,
        at: "Formats/WeightFiles/PyTorch/PyTorchDefect.swift",
        .init([
          .cutShort(needed: 4096, left: 12), .unknownOpcode(0xff), .version(6), .emptyStack, .noMark, .noMemo(7),
          .notAContainer, .badOperand("a tensor"), .badProgramList("the JSON text ends in the middle of a value"),
          .otherArchive(.exported), .otherArchive(.package), .joblib, .badPersistentID,
          .unknownStorage("torch.FancyStorage"),
          .unsupported("the extension registry"), .tooManySteps(limit: 16_777_216),
        ]) { WeightFileError(.pyTorch($0), file: "model.pth", offset: 1234) },
        .init([
          .foreignCalls(["posix.system", "builtins.eval"]), .ignoredCalls(["__main__.Color"]),
          .unfollowedCalls(["builtins.getattr"]), .trailingBytes(176), .unlistedAttributes(["head.anchors"]), .tooDeep,
          .tooManyValues(limit: 1_048_576), .cycle("optimizer.state"), .cycle(""), .noPickle,
          .severalPickles(["a/data.pkl", "b/data.pkl"]), .noVersion, .badKeys, .badByteOrder("middle"), .badNotes,
          .unlistedStorages(count: 7, byteCount: 77_000),
          .noTensors,
        ]) { WeightFileError(.pyTorch($0), file: "model.pth") },
        .init([
          .unsupportedElement("complex32"), .noElements, .wrapper("torch.distributed.tensor.DTensor"), .noStorage("7"),
          .storageSize("7", declared: 4096, stored: 1234),
        ]) { WeightFileError(.pyTorch($0), file: "model.pth", tensor: "layer.weight") }),
      MessageGroup(
        "StridedDefect", in: "WeightFileError", StridedDefect.self,
        at: "Formats/WeightFiles/Indexed/StridedDefect.swift",
        .init([
          .tooManyElements, .badPlace, .pastEnd(needed: 4096, stored: 1234),
          .repeated(byteCount: 3_000_000_000, stored: 4, limit: 1_073_741_824),
        ]) { WeightFileError(.strided($0), file: "model.pth", tensor: "layer.weight") }),
    ]
  }
}
