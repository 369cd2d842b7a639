import Engine
import Messages
import TestSupport
import Tensors
import Testing
import Vocabulary
import WeightFiles

@testable import WordTraces

/// A decoder that `Fixtures/make/marker_models.py` trained, and its words.
struct TrainedDecoder: CustomTestStringConvertible {
  let name: String
  /// What its weights show with the words of its training.
  let right: String
  /// What they show with the markers exchanged.
  let exchanged: String

  var testDescription: String { name }

  var decoder: WordDecoder {
    get throws { try WordDecoder(source: SafetensorsFile(path: Fixture.path("markers/\(name).safetensors"))) }
  }

  var vocabulary: Vocabulary {
    get throws { try VocabularyFile(path: Fixture.path("markers/\(name).txt")).vocabulary() }
  }

  static let all = [
    // From biases that are logarithms of frequencies, with rows that no word uses; float16, as all of them.
    TrainedDecoder(name: "small-spare", right: "as-given likely", exchanged: "exchanged certain"),
    // As many rows as words, from zero biases, and from logarithms with </S> before <S>.
    TrainedDecoder(name: "small-full", right: "as-given likely", exchanged: "exchanged certain"),
    TrainedDecoder(name: "small-full-reversed", right: "as-given likely", exchanged: "exchanged certain"),
    // Another optimizer and another initializer.
    TrainedDecoder(name: "small-adam-full", right: "as-given likely", exchanged: "exchanged certain"),
    // As initialized.
    TrainedDecoder(name: "small-untrained", right: "undecided unknown", exchanged: "undecided unknown"),
  ]
}

extension MarkerVerdict {
  fileprivate var title: String { "\(finding.rawValue) \(certainty.rawValue)" }
}

@Suite("Where a model has <S> and </S>")
struct MarkerVerdictTests {
  @Test("is read out of trained weights, and never out of untrained ones", arguments: TrainedDecoder.all)
  func trained(model: TrainedDecoder) throws {
    let (decoder, vocabulary) = (try model.decoder, try model.vocabulary)
    let right = MarkerVerdict(vocabulary, decoder: decoder)
    #expect(right.title == model.right)
    #expect(!right.isAgainstVocabulary)
    let exchanged = MarkerVerdict(try vocabulary.exchangingMarkers(), decoder: decoder)
    #expect(exchanged.title == model.exchanged)
    #expect(exchanged.isCertainlyExchanged == model.exchanged.hasSuffix("certain"))
    #expect(exchanged.confidence <= 0.9999)
  }

  @Test("the reference kernels show the same as the fast ones", arguments: TrainedDecoder.all)
  func reference(model: TrainedDecoder) throws {
    let source = try SafetensorsFile(path: Fixture.path("markers/\(model.name).safetensors"))
    let plain = try WordDecoder(source: source, options: EngineOptions(threadCount: 1, usesReferenceKernels: true))
    for vocabulary in [try model.vocabulary, try model.vocabulary.exchangingMarkers()] {
      #expect(MarkerVerdict(vocabulary, decoder: plain) == MarkerVerdict(vocabulary, decoder: try model.decoder))
    }
  }

  @Test("words that are a line off are never taken for an exchange that is certain", arguments: TrainedDecoder.all)
  func shifted(model: TrainedDecoder) throws {
    let right = try model.vocabulary.words
    for (from, to) in [(right.count - 2, 0), (0, right.count - 2), (3, 1)] {
      var words = right
      words.insert(words.remove(at: from), at: to)
      let verdict = MarkerVerdict(try Vocabulary(words: words), decoder: try model.decoder)
      #expect(!verdict.isCertainlyExchanged && verdict.finding != .asGiven, "\(verdict)")
    }
  }

  /// Random weights, with and without rows that no word uses.
  @Test("random weights show nothing", arguments: [0.08, 0.5, 1, 3] as [Float], [26, 40])
  func random(bound: Float, wordCount: Int) throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      let source = try Self.randomDecoder(seed: seed, rows: 40, depth: 12, bound: bound)
      let words = (0..<wordCount - 1).map { $0 == 1 ? "<S>" : $0 == 2 ? "</S>" : "w\($0)" }
      let verdict = try #require(MarkerVerdict(try Vocabulary(words: words), source: source))
      #expect(verdict.certainty != .certain, "seed \(seed): \(verdict)")
      #expect(!verdict.isAgainstVocabulary, "seed \(seed): \(verdict)")
    }
  }

  @Test("cannot be told of a marker on two lines, of more words than rows, or of weights that are not numbers")
  func unusable() throws {
    let model = TrainedDecoder.all[0]
    var words = try model.vocabulary.words
    words[9] = Vocabulary.startWord
    let repeated = MarkerVerdict(try Vocabulary(words: words), decoder: try model.decoder)
    #expect(repeated.title == "undecided unknown")
    #expect(
      repeated.statement(of: .file("w.txt"), model: "m").explanation == "<S> is on several lines of the vocabulary.")
    let many = try model.vocabulary.words + (0..<50).map { "x\($0)" }
    #expect(MarkerVerdict(try Vocabulary(words: many), decoder: try model.decoder).signs.isEmpty)
    let nan = try Self.randomDecoder(seed: 1, rows: 40, depth: 12, bound: .nan)
    #expect(try #require(MarkerVerdict(try model.vocabulary, source: nan)).signs.isEmpty)
    #expect(MarkerVerdict(try model.vocabulary, source: InMemoryTensorSource([])) == nil)
  }

  @Test("signs combine: two that agree are certain, one is likely, and those that contradict tell nothing")
  func combination() {
    func verdict(_ signs: (MarkerSign.Kind, MarkerSign.Support, Double)...) -> String {
      MarkerVerdict(
        signs.map { MarkerSign(kind: $0.0, support: $0.1, row: 1, weight: $0.2) }, startID: 1, endID: 2
      ).title
    }
    #expect(verdict() == "undecided unknown")
    #expect(verdict((.input, .exchanged, 4)) == "exchanged likely")
    #expect(verdict((.input, .exchanged, 40)) == "exchanged likely")
    #expect(verdict((.input, .exchanged, 4), (.captions, .exchanged, 4)) == "exchanged certain")
    #expect(verdict((.input, .exchanged, 3), (.captions, .exchanged, 3)) == "exchanged likely")
    #expect(verdict((.input, .exchanged, 2)) == "undecided unknown")
    #expect(verdict((.captions, .exchanged, 40)) == "undecided unknown")
    #expect(verdict((.input, .exchanged, 4), (.captions, .asGiven, 9)) == "undecided unknown")
    #expect(verdict((.input, .exchanged, 4), (.output, .elsewhere, 4)) == "elsewhere likely")
    #expect(verdict((.input, .asGiven, 4), (.output, .asGiven, 4)) == "as-given certain")
  }

  @Test("the words name the file, both rows and the command that mends it, and escape what a terminal would obey")
  func words() throws {
    let model = TrainedDecoder.all[1]
    let verdict = MarkerVerdict(try model.vocabulary.exchangingMarkers(), decoder: try model.decoder)
    let statement = verdict.statement(of: .file("a/w\u{1b}[31m.txt"), model: "b/model.ckpt-1")
    #expect(statement.summary == "<S> and </S> of w\\u{1b}[31m.txt are exchanged for the model model.ckpt-1.")
    #expect(statement.explanation.text.contains("row 2 was never an input, as only </S> is"))
    #expect(statement.explanation.text.contains("The vocabulary has <S> as 2 and </S> as 1."))
    #expect(statement.commands.count == 1 && statement.lines.allSatisfy { !$0.text.contains("\u{1b}") })
    let carried = verdict.statement(of: .carried("m.safetensors"), model: "m.safetensors")
    #expect(
      carried.commands == [
        "decant vocab m.safetensors --exchange-markers -o words.txt",
        "decant convert m.safetensors --vocab words.txt -o mended-m.safetensors",
      ])
  }

  private static func randomDecoder(
    seed: UInt64, rows: Int, depth: Int, bound: Float
  ) throws -> InMemoryTensorSource {
    var random = SeededRandom(seed: seed)
    func tensor(_ name: String, _ dimensions: [Int]) throws -> InMemoryTensorSource.Tensor {
      let count = dimensions.reduce(1, *)
      let values = bound.isNaN ? [Float](repeating: bound, count: count) : random.floats(count, in: -bound...bound)
      return try InMemoryTensorSource.Tensor(name, .float32, dimensions, bytes: packed(values))
    }
    return InMemoryTensorSource([
      try tensor("seq_embedding/map", [rows, depth]), try tensor("logits/weights", [depth, rows]),
      try tensor("logits/biases", [rows]), try tensor("lstm/basic_lstm_cell/kernel", [2 * depth, 4 * depth]),
      try tensor("lstm/basic_lstm_cell/bias", [4 * depth]),
    ])
  }
}
