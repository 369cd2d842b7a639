import Messages
import Testing

@testable import Workers

@Suite("How long a batch waits for more requests")
struct LingerTests {
  @Test("a number with a unit", arguments: [("5ms", 0.005), ("0ms", 0), ("0.25s", 0.25), ("10s", 10), ("800us", 8e-4)])
  func times(text: String, seconds: Double) throws {
    #expect(abs(try Linger(text).seconds - seconds) < 1e-12)
  }

  @Test("anything else is refused", arguments: ["", "5", "ms", "-1ms", "11s", "nans", "infs", "5 ms", "5m", "1e9s"])
  func refused(text: String) {
    #expect(throws: WorkerError(.badLinger(text))) { try Linger(text) }
  }
}
