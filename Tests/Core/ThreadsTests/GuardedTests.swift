import Dispatch
import Testing

@testable import Threads

@Suite("A value under a lock")
struct GuardedTests {
  @Test("loses no change of many threads, and passes errors on")
  func changes() throws {
    struct Failure: Error {}
    let count = Guarded(0)
    DispatchQueue.concurrentPerform(iterations: 64) { _ in
      for _ in 0..<1000 { count.withLock { $0 += 1 } }
    }
    #expect(throws: Failure.self) { try count.withLock { _ throws(Failure) in throw Failure() } }
    #expect(count.withLock { $0 } == 64_000)
  }
}
