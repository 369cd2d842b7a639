import Testing

@testable import Captioning

@Suite("Sizes of batches")
struct BatchSizesTests {
  @Test(
    "the first images do not wait for a whole batch, and the last batch is what is left",
    arguments: [
      (0, 8, []), (1, 8, [1]), (2, 8, [1, 1]), (3, 8, [1, 2]), (8, 8, [1, 2, 4, 1]), (15, 8, [1, 2, 4, 8]),
      (100, 8, [1, 2, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 5]), (10, 6, [1, 2, 4, 3]), (20, 6, [1, 2, 4, 6, 6, 1]),
      (3, 1, [1, 1, 1]), (2, 0, [1, 1]),
    ])
  func sizes(count: Int, maximum: Int, expected: [Int]) {
    #expect(Array(BatchSizes(count: count, maximum: maximum)) == expected)
  }
}
