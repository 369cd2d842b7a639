import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

/// A text that is not a vocabulary of im2txt, and what the doctor calls it.
private struct OtherText: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let title: Message
  var testDescription: String { "\(name): \(title)" }

  static let wordPiece = "[PAD]\n[unused0]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##ing\n"

  static let all = [
    OtherText(name: "vocab.txt", text: wordPiece, title: "WordPiece vocabulary, as in BERT"),
    OtherText(
      name: "uncased_vocab.txt", text: "the\n##ing\n##s\n##ed\nof\n", title: "WordPiece vocabulary, as in BERT"),
    OtherText(
      name: "spiece.vocab", text: "<unk>\t0\n<s>\t0\n</s>\t0\n\u{2581}the\t-3.2\n", title: "SentencePiece vocabulary"),
    OtherText(name: "vocab.txt", text: "<unk>\n\u{2581}the\n\u{2581}of\n", title: "SentencePiece vocabulary"),
    OtherText(
      name: "vocab.bpe", text: "#version: 0.2\n\u{120} t\n\u{120} a\n",
      title: "byte-pair merges (BPE), as in GPT-2"),
    OtherText(name: "vocab.txt", text: "<pad>\n<s>\n</s>\n<unk>\nthe\n", title: "vocabulary of a tokenizer"),
    OtherText(name: "vocab.txt", text: "'<pad>_'\n'<EOS>_'\n'the_'\n", title: "vocabulary of tensor2tensor"),
    OtherText(name: "vocab.txt", text: "alpha\nbeta\ngamma\n", title: "list of words"),
    OtherText(name: "labels.txt", text: "background\ntench\ngoldfish\n", title: "list of labels"),
    OtherText(name: "imagenet_labels.txt", text: "n01440764 tench\n", title: "list of labels"),
    OtherText(name: "labelmap.pbtxt", text: "item {\n  id: 1\n  name: \"cat\"\n}\n", title: "label map"),
    OtherText(name: "graph.pbtxt", text: "node {\n  name: \"a\"\n}\n", title: "graph in text format"),
    OtherText(name: "requirements.txt", text: "numpy==1.19\n", title: "list of Python packages"),
    OtherText(name: "README.txt", text: "Words and counts\nare in word_counts.txt\n", title: "another file"),
    OtherText(name: "metadata.tsv", text: "word\tcount\nthe\t5\n", title: "another file"),
    OtherText(name: "scores.txt", text: "a 1\nb 2\nc 3\nd 4\n", title: "another file"),
  ]
}

@Suite("Lists of words")
struct WordListTests {
  @Test("of other programs are not judged as im2txt's", arguments: OtherText.all)
  fileprivate func others(sample: OtherText) throws {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(Array(sample.text.utf8), to: sample.name)
    let alone = try Doctor.examine([scratch.path])
    #expect(alone.files.map(\.title) == [sample.title])
    #expect(alone.findings.allSatisfy { $0.kind == .nothingFound }, "\(DoctorText.render(alone))")
    // Beside a model of another kind too.
    try scratch.take("checkpoints/v1-small", "model.ckpt")
    let beside = try Doctor.examine([scratch.path])
    #expect(beside.findings.isEmpty, "\(DoctorText.render(beside))")
    // If you name a file that Decant has no use for, it says so.
    let named = try Doctor.examine([path, scratch.file("model.ckpt")])
    #expect(named.findings.isEmpty == (sample.title != "another file"), "\(DoctorText.render(named))")
  }

  @Test("of im2txt are judged by their name, by their content, or beside its model")
  func im2txt() throws {
    let words = "a 9\n<S> 8\nman 6\nof 5\nthe 4\n"
    for (name, isJudged) in [
      ("word_counts.txt", true), ("Word_Counts.v2.txt", true), ("w.dat", true), ("vocab.txt", true),
    ] {
      let scratch = try TemporaryDirectory()
      try scratch.write(Array(words.utf8), to: name)
      let report = try Doctor.examine([scratch.path])
      #expect(report.findings.contains { $0.kind == .vocabularyDamaged } == isJudged, "\(name)")
    }
    // Bare words may belong to any program; beside im2txt's model they can only be its own.
    let scratch = try TemporaryDirectory()
    try scratch.write(Array("a\nthe\nman\n".utf8), to: "vocab.txt")
    try scratch.take("scenes", "model.ckpt-4222")
    let report = try Doctor.examine([scratch.path])
    #expect(report.findings.contains { $0.kind == .vocabularyDamaged })
    // A word_counts.txt there settles whose they are.
    try scratch.take("scenes", "word_counts.txt")
    let settled = try Doctor.examine([scratch.path])
    #expect(settled.isHealthy, "\(DoctorText.render(settled))")
    #expect(settled.findings.contains { $0.kind == .vocabularyFits })
  }

  @Test("of BERT beside im2txt's model are not taken for its words")
  func wordPieceBesideModel() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Array(OtherText.wordPiece.utf8), to: "vocab.txt")
    try scratch.take("scenes", "model.ckpt-4222")
    let report = try Doctor.examine([scratch.path])
    #expect(report.isHealthy, "\(DoctorText.render(report))")
    #expect(report.findings.contains { $0.kind == .vocabularyMissing })
  }
}
