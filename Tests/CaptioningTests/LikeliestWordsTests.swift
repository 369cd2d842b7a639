import Testing

@testable import Captioning

@Suite("The likeliest words of a row")
struct LikeliestWordsTests {
  @Test("equal a stable sort of the whole row", arguments: [1, 2, 3, 7, 40, 100])
  func sorted(count: Int) {
    var state: UInt64 = 99
    for size in [1, 2, 3, 39, 40, 41, 500] {
      // Few distinct values, so that most are equal to others.
      let row = (0..<size).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float((state >> 33) % 9) / 8
      }
      let expected = row.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(count)
      let found = LikeliestWords.find(count, in: row[...])
      #expect(found == expected.map { LikeliestWords.Word(id: $0.offset, probability: $0.element) })
    }
  }

  @Test("IDs count from the row's start")
  func slices() {
    let rows: [Float] = [0.9, 0.1, 0.2, 0.8]
    #expect(LikeliestWords.find(1, in: rows[2..<4]) == [LikeliestWords.Word(id: 1, probability: 0.8)])
  }

  @Test("a value that is no number is found wherever it is", arguments: 0..<5)
  func notANumber(place: Int) {
    var row: [Float] = [0.5, 0.4, 0.3, 0.2, 0.1]
    row[place] = .nan
    #expect(LikeliestWords.find(2, in: row[...]) == nil)
  }
}
