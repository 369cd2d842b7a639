import TestSupport
import Testing

@testable import Diagnosis

/// What training leaves in the weights of 300 words and 20 unused rows, made up: `<S>` is row 1, `</S>` row 2.
private struct MadeUpModel {
  var largest: [Float] = []
  var columns: [Float] = []
  var biases: [Float] = []

  init(seed: UInt64 = 1, trained: Bool = true) {
    var random = SeededRandom(seed: seed)
    func noise(_ bound: Float) -> Float { Float.random(in: -bound...bound, using: &random) }
    let units = 16
    let direction = (0..<units).map { _ in noise(1) }
    for row in 0..<320 {
      let isUnused = row >= 300
      largest.append(!trained || isUnused || row == 2 ? 0.079 : 0.3 + noise(0.1).magnitude)
      biases.append(isUnused || row == 1 ? -0.5 : trained ? 2 - Float(row) / 100 + noise(0.3) : noise(0.1))
    }
    for unit in 0..<units {
      for row in 0..<320 {
        columns.append(trained && (row >= 300 || row == 1) ? direction[unit] + noise(0.1) : noise(1))
      }
    }
  }

  var evidence: WordEvidence? { WordEvidence(largest: largest, columns: columns, biases: biases) }
}

@Suite("What training left in the weights")
struct WordEvidenceTests {
  @Test("shows the rows of the markers and where the words end", arguments: 1...20 as ClosedRange<UInt64>)
  func markers(seed: UInt64) throws {
    let evidence = try #require(MadeUpModel(seed: seed).evidence)
    #expect(evidence.isReadable)
    #expect(evidence.unusedStart == 300)
    #expect(evidence.endCandidates == [2])
    #expect(evidence.startCandidate == 1)
  }

  @Test("is not read out of weights that were never trained, or are random")
  func untrained() throws {
    #expect(try #require(MadeUpModel(trained: false).evidence).isReadable == false)
    var random = MadeUpModel()
    random.largest = random.largest.map { _ in 0.3 }
    let evidence = try #require(random.evidence)
    #expect(evidence.unusedStart == 320)
    #expect(evidence.startCandidate == nil)
    #expect(evidence.endCandidates.isEmpty)
  }

  @Test("is not there where the shapes do not fit")
  func shapes() {
    #expect(WordEvidence(largest: [], columns: [], biases: []) == nil)
    #expect(WordEvidence(largest: [1, 1], columns: [1, 2, 3], biases: [1, 1]) == nil)
  }

  @Test("ranks: the same order gives 1, the reverse -1, none 0; shuffled ones stay below chance")
  func ranks() {
    let rising = (0..<500).map(Float.init)
    #expect(RankCorrelation.of(rising, rising.map { $0 * $0 }) > 0.9999)
    #expect(RankCorrelation.of(rising, rising.reversed()) < -0.9999)
    #expect(RankCorrelation.of(rising, rising.map { _ in 1 }) == 0)
    var random = SeededRandom(seed: 3)
    let chance = RankCorrelation.chance(count: 500)
    let above = (0..<200).count { _ in RankCorrelation.of(rising, rising.shuffled(using: &random)).magnitude > chance }
    #expect(above <= 2)
  }

  @Test("a vocabulary in its order fits; the same one shuffled does not")
  func order() throws {
    let scratch = try TemporaryDirectory()
    func findings(_ words: [(String, Int)]) throws -> [FindingKind] {
      let path = try scratch.write(Array(words.map { "\($0.0) \($0.1)\n" }.joined().utf8), to: "word_counts.txt")
      let file = try #require(ExaminedFile(path: path))
      let vocabulary = try #require(VocabularyCheck.read(file).vocabulary)
      let match = VocabularyMatch(
        vocabulary, file: file, rows: 320, modelName: "model", evidence: MadeUpModel().evidence)
      return match.findings.map(\.kind)
    }
    var words = (0..<299).map { id in (id == 1 ? "<S>" : id == 2 ? "</S>" : "w\(id)", 10_000 - 30 * id) }
    #expect(try findings(words) == [.vocabularyFits])
    var random = SeededRandom(seed: 5)
    words = words[..<3] + words[3...].shuffled(using: &random)
    #expect(try findings(words) == [.vocabularyOrder])
  }
}
