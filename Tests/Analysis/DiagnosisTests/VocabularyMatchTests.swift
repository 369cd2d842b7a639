import TestSupport
import Testing

@testable import Diagnosis
@testable import WordTraces

@Suite("A vocabulary against what training left in the weights")
struct VocabularyMatchTests {
  /// 300 words whose biases fall with their frequencies, and 20 unused rows; `<S>` is row 1, `</S>` row 2.
  private static let evidence: WordEvidence = {
    var random = SeededRandom(seed: 1)
    return WordEvidence(
      largest: (0..<320).map { $0 >= 300 || $0 == 2 ? 0.079 : 0.4 },
      biases: (0..<320).map { row in
        row >= 300 || row == 1 ? -0.5 : 2 - Float(row) / 100 + Float.random(in: -0.3...0.3, using: &random)
      })
  }()

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
        vocabulary, file: file, rows: 320, model: "model", evidence: Self.evidence, markers: nil)
      return match.findings.map(\.kind)
    }
    var words = (0..<299).map { id in (id == 1 ? "<S>" : id == 2 ? "</S>" : "w\(id)", 10_000 - 30 * id) }
    #expect(try findings(words) == [.vocabularyFits])
    var random = SeededRandom(seed: 5)
    words = words[..<3] + words[3...].shuffled(using: &random)
    #expect(try findings(words) == [.vocabularyOrder])
  }
}
