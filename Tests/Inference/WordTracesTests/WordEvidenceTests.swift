import Testing

@testable import WordTraces

@Suite("What training left in the rows of words")
struct WordEvidenceTests {
  /// 300 words and 20 unused rows: of words the largest magnitude is above the initializer's bound, but for `</S>` in row 2.
  private static let trained = (0..<320).map { $0 >= 300 || $0 == 2 ? 0.079 : 0.3 as Float }

  @Test("shows where the words end")
  func unused() {
    let evidence = WordEvidence(largest: Self.trained, biases: Array(repeating: 0, count: 320))
    #expect(evidence.isReadable)
    #expect(evidence.unusedStart == 300)
    #expect(evidence.isInitial[2])
  }

  @Test("is not read out of weights that were never trained, or are random")
  func untrained() {
    let biases = Array(repeating: 0 as Float, count: 320)
    #expect(!WordEvidence(largest: Array(repeating: 0.079, count: 320), biases: biases).isReadable)
    #expect(WordEvidence(largest: Array(repeating: 0.3, count: 320), biases: biases).unusedStart == 320)
    #expect(!WordEvidence(largest: [], biases: []).isReadable)
  }
}
