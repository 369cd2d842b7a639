import TestSupport
import Testing
import Threads

@testable import Diagnosis

@Suite("An examination that nobody waits for")
struct CancellationTests {
  @Test("ends after the tensor that it reads", arguments: ["scenes/v2", "checkpoints/v1-small", "npz/stored.npz"])
  func cancelled(name: String) throws {
    let cancellation = Cancellation()
    var steps = 0
    #expect(throws: Cancelled.self) {
      try Doctor.examine([Fixture.path(name)], known: nil, cancellation: cancellation) { _ in
        steps += 1
        cancellation.cancel()
      }
    }
    #expect(steps == 1)
  }
}
