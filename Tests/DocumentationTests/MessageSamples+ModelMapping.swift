import Messages
import Patterns
import Tensors

@testable import ModelMapping

extension MessageGroup {
  static func modelMapping() throws -> [MessageGroup] {
    let twoNames = NameCollision(first: "a:0", second: "a", target: "a")
    let byRules = NameCollision(first: "logits/weights", second: "logits/W", target: "out/weight", rules: [1, 3])
    return [
      MessageGroup(
        "MappingError", MappingDefect.self, at: "Conversion/ModelMapping/MappingError.swift",
        .init([
          .doesNotFit, .averageDoesNotFit(weight: "logits/weights"), .averagedTwice(weight: "logits/weights"),
        ]) { MappingError($0, file: "model.ckpt-3000000", tensor: "logits/weights/ExponentialMovingAverage") },
        .init([.nothingKnown(.pytorch), .nothingToFold]) { MappingError($0, file: "model.ckpt-3000000") }),
      try renaming(), packs(),
      MessageGroup(
        "NameCollision",
        [
          ("of outputs", twoNames),
          ("by names", NameCollision(first: "lstm/kernel", second: "lstm/weights", target: "lstm.weight")),
          ("by rules", byRules), ("several", byRules.and([twoNames])),
          ("of files", NameCollision(first: "logits/biases", second: "logits/biases", target: "logits/biases")),
        ]),
    ]
  }

  private static func packs() -> MessageGroup {
    let place = TextPosition(line: 3, column: 12)
    return MessageGroup(
      "ModelPackError", ModelPackDefect.self, at: "Conversion/ModelMapping/Packs/ModelPackError.swift",
      .init([.badFile("the key 'sise' is unknown", place), .chooseLibrary(["torchvision", "timm"])]) {
        ModelPackError($0, file: "my-model.json")
      },
      .init([.badConfiguration("expected a value", place), .otherSize(key: "hidden_size", said: "1024", found: 768)]) {
        ModelPackError($0, file: "bert_config.json")
      },
      .init([
        .unknownModel(library: "transformers", hint: nil),
        .noNames(
          family: "Inception v2", library: "torchvision", known: ["tensorflow"],
          note: "Neither torchvision nor Keras has this network."),
        .anotherNetwork(
          family: "ResNet v1", library: "torchvision", why: "torchvision puts a block's stride in its first unit."),
        .incomplete(
          family: "BERT",
          problems: ["missing: bert/encoder/layer_5/output/dense/bias", "left over: my_head/w: is not part of BERT"],
          count: 4),
      ]) { ModelPackError($0, file: "model.ckpt-3") },
      .init([.copiesDiffer(other: "lm_head.weight")]) {
        ModelPackError($0, file: "model.safetensors", tensor: "transformer.wte.weight")
      })
  }

  private static func renaming() throws -> MessageGroup {
    let shape = try Shape([512, 12_000])
    let other = try Shape([512, 300])
    var inFile = RenameError(.badFile("expected a whole number"))
    inFile.file = "rules.json"
    inFile.position = TextPosition(line: 3, column: 12)
    return MessageGroup(
      "RenameError", RenameError.Reason.self, at: "Conversion/ModelMapping/RenameError.swift",
      .init([inFile.reason]) { _ in inFile },
      .init([
        .badExpression("*_embedding", .init(reason: .misplaced("*"), offset: 0)), .badGroup("$3", groupCount: 1),
        .badAxes([0, 2]), .badStep("'into' must name at least one part"), .tooManyRegroupings,
      ]) { RenameError($0, rule: 2) },
      .init([
        .badTransposition([1, 0, 2], .float32, shape), .badAxis("squeeze", [2], .float32, shape),
        .badSqueeze([0], .float32, shape), .badReshape([.count(512), .rest, .axis(1)], .float32, shape),
        .badBlocks("reorder", axis: 1, count: 7, .float32, shape),
        .badBlocks("add", axis: 0, count: 4, .float32, shape),
        .badSplit(.init(axis: 0, into: [[], [], []]), .float32, shape),
        .badSplit(.init(axis: 0, sizes: [600, nil], into: [[], []]), .float32, shape),
        .noWidth("transpose", .string, shape), .otherDType(.float32, shape, first: "logits/biases", .float64),
        .otherShape(.float32, shape, first: "logits/biases", other, axis: 0),
      ]) { RenameError($0, rule: 2, tensor: "logits/weights") },
      .init([.missingMember("j", present: ["lstm/W_i"], try Shape([512, 512]), name: "lstm/kernel")]) {
        RenameError($0, rule: 2, tensor: "lstm/W_i")
      },
      .init([.unknownMember("x", order: ["i", "j", "f", "o"]), .unknownMember("x", order: nil)]) {
        RenameError($0, rule: 2, tensor: "lstm/W_x")
      },
      .init([.memberTwice("i", other: "lstm/W_i", name: "lstm/kernel")]) {
        RenameError($0, rule: 2, tensor: "lstm/V_i")
      },
      .init([.matchesTwice, .tooManySteps, .emptyName, .nameTooLong]) {
        RenameError($0, rule: 2, tensor: "logits/weights")
      })
  }
}
