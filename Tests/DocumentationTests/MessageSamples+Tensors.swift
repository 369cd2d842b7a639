import Checkpoints
import Messages
import TestSupport
import WeightFiles

@testable import Tensors

extension MessageGroup {
  static func tensors() throws -> [MessageGroup] {
    let file = "model.ckpt-3000000"
    let names = ["logits/weights", "logits/biases"]
    let present = ["logits/weights_1", "lstm/basic_lstm_cell/kernel"]
    let many = (1...12).map { "InceptionV3/Conv2d_\($0)/weights" }
    let keys = ["layer-1/kernel/.ATTRIBUTES/VARIABLE_VALUE", "layer-2/kernel/.ATTRIBUTES/VARIABLE_VALUE"]
    var source = InMemoryTensorSource([])
    source.files = [SourceFile(path: "ckpt-1.index", byteCount: 4096)]
    let shared = ObjectNames(keys.map { ["dense/kernel", $0] })
    return [
      MessageGroup(
        "DigestError", DigestDefect.self, at: "Core/Tensors/DigestDefect.swift",
        .init([.tensor(stored: "5f2d…", found: "90ab…"), .noDigest, .noTensor]) {
          DigestError($0, file: "model.safetensors", tensor: "logits/weights")
        },
        .init([
          .metadata(stored: "5f2d…", found: "90ab…"), .unreadable("'sha1' is unknown"), .missing(version: "0.2.0"),
        ]) { DigestError($0, file: "model.safetensors") }),
      MessageGroup(
        "MissingTensorError",
        [
          ("one tensor", MissingTensorError(names: ["logits/weights"], present: present, file: file)),
          ("several tensors", MissingTensorError(names: names, present: present, file: file)),
          ("many tensors", MissingTensorError(names: many, present: [], file: file)),
          (
            "with a reason",
            MissingTensorError(
              names: ["logits/weights"], present: [], file: file,
              reason: CheckpointError(.entry(.unknownDType(99)), tensor: "logits/weights").message)
          ),
          ("a hostile name", MissingTensorError(names: ["a\u{1b}[31m\nb"], present: [], file: file)),
        ]),
      MessageGroup(
        "ObjectNameCollision",
        [
          (
            "full names",
            ObjectNameCollision(name: "dense/kernel", keys: keys, naming: .fullNames, file: "ckpt-1.index")
          )
        ]),
      MessageGroup(
        "SharedObjectNames",
        SharedObjectNames(shared, keys: keys, naming: .fullNames, source: source).map { [("one name", $0)] } ?? []),
      MessageGroup(
        "ElementTypeError",
        [
          (
            "numbers", ElementTypeError(tensor: "logits/weights", dtype: .float64, requested: "Float", file: file)
          ),
          (
            "strings", ElementTypeError(tensor: "words", dtype: .string, requested: "Float", file: file)
          ),
          (
            "other values", ElementTypeError(tensor: "packed", dtype: .int4, requested: "UInt8", file: nil)
          ),
        ]),
      MessageGroup(
        "ShapeError", in: "WeightFileError", ShapeError.self, at: "Core/Tensors/Shape.swift",
        .init([.negativeDimension(-1), .rankTooLarge(255), .tooManyElements([Int.max, 2])]) {
          WeightFileError(.badShape($0), file: "model.safetensors", tensor: "logits/weights")
        }),
    ]
  }
}
