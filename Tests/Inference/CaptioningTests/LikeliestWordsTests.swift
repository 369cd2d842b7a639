import Testing

@testable import Captioning

@Suite("The likeliest words of a row")
struct LikeliestWordsTests {
  @Test("equal a stable sort of the whole row", arguments: [1, 2, 3, 7, 40, 100])
  func sorted(count: Int) {
    var state: UInt64 = 99
    for size in [1, 2, 3, 15, 16, 17, 39, 40, 41, 500] {
      // Few distinct values, so that most are equal to others.
      let row = (0..<size).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float((state >> 33) % 9) / 8
      }
      let expected = row.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(count)
      let found = LikeliestWords.find(count, in: row.span)
      #expect(found == expected.map { LikeliestWords.Word(id: $0.offset, probability: $0.element) })
    }
  }

  @Test("IDs count from the row's start")
  func slices() {
    let rows: [Float] = [0.9, 0.1, 0.2, 0.8]
    #expect(LikeliestWords.find(1, in: rows.span.extracting(2..<4)) == [LikeliestWords.Word(id: 1, probability: 0.8)])
  }

  @Test("a value that is not a number is found wherever it is", arguments: 0..<50)
  func notANumber(place: Int) {
    var row = (0..<50).map { 1 / Float(1 + $0) }
    row[place] = .nan
    #expect(LikeliestWords.find(2, in: row.span) == nil)
    #expect(LikeliestWords.find(2, in: row.reversed().span) == nil)
  }

  @Test("a likelier word is found wherever it is", arguments: 0..<50)
  func likeliest(place: Int) {
    var row = [Float](repeating: 0.25, count: 50)
    row[place] = 0.5
    #expect(LikeliestWords.find(1, in: row.span) == [LikeliestWords.Word(id: place, probability: 0.5)])
  }
}
