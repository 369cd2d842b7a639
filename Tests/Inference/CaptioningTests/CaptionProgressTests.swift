import Messages
import Testing

@testable import Captioning

@Suite("Progress in words")
struct CaptionProgressTests {
  static let lines: [(done: Int, total: Int, seconds: Double, text: String)] = [
    (0, 1, 0, "captioned 0 of 1 image"),
    (0, 100, 5.0, "captioned 0 of 100 images"),
    (3, 100, 0, "captioned 3 of 100 images"),
    (12, 100, 0.8, "captioned 12 of 100 images, 15.0 images/s, 6 s left"),
    (1, 2, 8, "captioned 1 of 2 images, 8.00 s/image, 8 s left"),
    (10, 4000, 10.0 / 32, "captioned 10 of 4000 images, 32.0 images/s, 2 min 5 s left"),
    (5, 100_000, 0.5, "captioned 5 of 100000 images, 10.0 images/s, 2 h 46 min left"),
    (1000, 2000, 1, "captioned 1000 of 2000 images, 1000 images/s, 1 s left"),
    (100, 100, 7, "captioned 100 of 100 images, 14.3 images/s"),
    (1, 1, 3000, "captioned 1 of 1 image, 3000 s/image"),
  ]

  @Test("the line says how many are done, how fast and how long it still takes", arguments: lines)
  func line(done: Int, total: Int, seconds: Double, text: String) {
    #expect(CaptionProgress(done: done, total: total, elapsed: .seconds(seconds)).description == text)
  }

  @Test(
    "a rate has three digits",
    arguments: [
      (1, "1.00 images/s"), (9.994, "9.99 images/s"), (9.996, "10.0 images/s"), (99.96, "100 images/s"),
      (0.999, "1.00 s/image"), (0.05, "20.0 s/image"), (0.001, "1000 s/image"),
    ])
  func rate(rate: Double, text: String) {
    #expect(CaptionProgress.words(rate: rate) == text)
  }

  @Test(
    "a duration is rounded up and has two units at most",
    arguments: [
      (0.2, "1 s"), (59, "59 s"), (59.1, "1 min 0 s"), (3599.5, "1 h 0 min"), (7260, "2 h 1 min"),
      (.infinity, "277777 h 46 min"),
    ])
  func duration(seconds: Double, text: String) {
    #expect(CaptionProgress.words(seconds: seconds) == text)
  }
}
