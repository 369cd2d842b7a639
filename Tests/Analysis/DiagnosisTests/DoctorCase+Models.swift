import Diagnosis
import Foundation
import TensorFiles
import Tensors
import TestSupport

/// The scenes model with some of its tensors left out, added or changed, as a safetensors file.
private struct ChangedScenes {
  var keeps: (String) -> Bool = { _ in true }
  var renames: (String) -> String = { $0 }
  var additions: [InMemoryTensorSource.Tensor] = []

  func write(to path: String) throws {
    let source = try TensorFile.open(Scenes.checkpoint)
    let kept = try source.descriptors.filter { keeps($0.name) }.map { descriptor in
      try InMemoryTensorSource.Tensor(descriptor, of: source, as: renames(descriptor.name))
    }
    let sink = try TensorOutput(path).create()
    try InMemoryTensorSource(kept + additions).write(to: sink).commit()
  }
}

extension DoctorCase {
  /// Models that are not whole, or are others.
  static let models: [DoctorCase] = [
    DoctorCase(
      name: "names of an older TensorFlow", kind: .olderNames, severity: .note,
      says: [
        "TensorFlow 0.x", "lstm/basic_lstm_cell/kernel not found in checkpoint", "decant rename",
        "--names tensorflow-1.2",
      ]
    ) { try $0.take("scenes", "model.ckpt-4222", "word_counts.txt") },
    DoctorCase(
      name: "names that differ by a rule", kind: .otherNames, severity: .note,
      says: [
        "under other names: the prefix 'model/' and '/ExponentialMovingAverage' at the end",
        "model/InceptionV3/Conv2d_1a_3x3",
        "averaged weights", "rules.json", "--rename",
      ]
    ) {
      try ChangedScenes(renames: { "model/\($0)/ExponentialMovingAverage" }).write(to: $0.file("model.safetensors"))
    },
    DoctorCase(name: "names of two eras", kind: .mixedNames, severity: .warning, says: ["2 eras", "put together"]) {
      try ChangedScenes(additions: [
        InMemoryTensorSource.Tensor("lstm/basic_lstm_cell/kernel", .float32, [256, 512], seed: 1),
        InMemoryTensorSource.Tensor("lstm/basic_lstm_cell/bias", .float32, [512], seed: 2),
      ]).write(to: $0.file("model.safetensors"))
    },
    DoctorCase(
      name: "a variable that is missing, and one that is like it", kind: .missingVariables,
      says: ["1 variable that im2txt needs is missing", "logits/biases", "nearest to logits/biases is logits/bias"]
    ) {
      try ChangedScenes(
        keeps: { $0 != "logits/biases" },
        additions: [InMemoryTensorSource.Tensor("logits/bias", .float32, [40], seed: 1)]
      ).write(to: $0.file("model.safetensors"))
    },
    DoctorCase(
      name: "a variable of another shape", kind: .wrongShapes, says: ["1 variable has a shape", "logits/biases", "39"]
    ) {
      try ChangedScenes(
        keeps: { $0 != "logits/biases" },
        additions: [InMemoryTensorSource.Tensor("logits/biases", .float32, [39], seed: 1)]
      ).write(to: $0.file("model.safetensors"))
    },
    DoctorCase(
      name: "the image network alone", kind: .imageNetworkOnly, severity: .warning,
      says: ["only Inception v3", "inception_v3.ckpt"]
    ) { try ChangedScenes(keeps: { $0.hasPrefix("InceptionV3/") }).write(to: $0.file("model.safetensors")) },
    DoctorCase(
      name: "what only training needs", kind: .trainingLeftovers, severity: .note,
      says: ["1 variable is needed only for training", "--inference-only"]
    ) {
      try ChangedScenes(additions: [InMemoryTensorSource.Tensor("logits/biases/Momentum", .float32, [40], seed: 1)])
        .write(to: $0.file("model.safetensors"))
    },
    DoctorCase(
      name: "another model", kind: .anotherModel, severity: .note,
      says: ["a ResNet, not im2txt", "still reads, checks and converts it"]
    ) { scratch in
      let sink = try TensorOutput(scratch.file("resnet.safetensors")).create()
      try InMemoryTensorSource([
        InMemoryTensorSource.Tensor("resnet_v1_50/conv1/weights", .float32, [2, 2], seed: 1)
      ]).write(to: sink).commit()
    },
  ]

  /// Vocabularies, alone and against the scenes model.
  static let vocabularies: [DoctorCase] = [
    DoctorCase(
      name: "words written as Python literals", kind: .vocabularyLiterals, severity: .note,
      says: ["b'a'", "decant vocab", "-o words.txt"]
    ) { try $0.take("scenes", "word_counts.txt") },
    DoctorCase(
      name: "words that lost their apostrophes", kind: .vocabularyDamaged, severity: .warning,
      says: ["damaged by an attempt to clean it", "apostrophe", "original"]
    ) { try $0.write(Array("a 9\n<S> 8\n</S> 8\n\"s\" 7\nman 6\n".utf8), to: "word_counts.txt") },
    DoctorCase(
      name: "a file without </S>", kind: .vocabularyDamaged, says: ["No line has the word </S>"]
    ) { try $0.write(Array("a 9\n<S> 8\nman 6\n".utf8), to: "word_counts.txt") },
    DoctorCase(name: "UTF-16", kind: .vocabularyUnreadable, says: ["UTF-16", "iconv"]) {
      try $0.write([0xff, 0xfe, 0x61, 0], to: "word_counts.txt")
    },
    DoctorCase(
      name: "words sorted by the alphabet", kind: .vocabularyOrder, says: ["in alphabetical order", "line number"]
    ) {
      let words = ["<S>", "</S>"] + (0..<40).map { "w\(String($0 + 100))" }
      try $0.write(Array(words.sorted().map { $0 + " 5\n" }.joined().utf8), to: "word_counts.txt")
    },
    DoctorCase(
      name: "the right words", kind: .vocabularyFits, severity: .note,
      says: ["fits the model", "ow 2 was never an input", "training used 25 rows", "only a caption can show it"]
    ) { try $0.take("scenes", "model.ckpt-4222", "word_counts.txt") },
    DoctorCase(
      name: "<S> and </S> exchanged", kind: .vocabularyMarkers,
      says: [
        "<S> and </S> of word_counts.txt are exchanged for the model", "row 2 was never an input",
        "row 1 was never to be predicted", "forced to begin with either marker end with row 2", "--exchange-markers",
      ]
    ) { try $0.takeScenes { $0.swapAt(1, 2) } },
    DoctorCase(
      name: "<S> and </S> out of place", kind: .vocabularyMarkers,
      says: ["are not where the model", "<S> as 9", "published with this model"]
    ) { scratch in
      try scratch.takeScenes { lines in
        lines.swapAt(1, 9)
        lines.swapAt(2, 8)
      }
    },
    DoctorCase(
      name: "fewer words than the model was trained with", kind: .vocabularySize,
      says: ["has 21 words, including <UNK>", "trained with 25 or more", "lines were lost"]
    ) { try $0.takeScenes { $0.removeLast(5) } },
    DoctorCase(
      name: "more words than the model was trained with", kind: .vocabularySize, severity: .warning,
      says: ["has 36 words, including <UNK>", "about 25", "lines were added"]
    ) { try $0.takeScenes { $0 += (0..<10).map { "b'x\($0)' 1" } } },
    DoctorCase(
      name: "more words than the model has rows", kind: .vocabularyTooLarge, says: ["has 46 words", "rows for only 40"]
    ) { try $0.takeScenes { $0 += (0..<20).map { "b'x\($0)' 1" } } },
    DoctorCase(name: "no words at all", kind: .vocabularyMissing, severity: .note, says: ["no vocabulary", "--vocab"]) {
      try $0.take("scenes", "model.ckpt-4222")
    },
  ]
}

extension TemporaryDirectory {
  /// The scenes model and its words, changed.
  fileprivate func takeScenes(_ change: (inout [String]) -> Void) throws {
    try take("scenes", "model.ckpt-4222")
    let text = String(decoding: try Fixture.bytes("scenes/word_counts.txt"), as: UTF8.self)
    var lines = text.split(separator: "\n").map(String.init)
    change(&lines)
    try write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "word_counts.txt")
  }
}
