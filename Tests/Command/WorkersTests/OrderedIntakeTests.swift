import Foundation
import Synchronization
import Testing

@testable import Workers

@Suite("Requests are prepared by several threads and handed over in order")
struct OrderedIntakeTests {
  @Test("the order is that of reading, whichever thread is faster")
  func order() throws {
    let next = Atomic(0)
    let intake = try OrderedIntake(depth: 4, threadCount: 3) { () -> Int? in
      let value = next.add(1, ordering: .relaxed).oldValue
      return value < 100 ? value : nil
    } prepare: { value in
      usleep(UInt32(value * 7919 % 500))
      return value
    }
    var taken: [Int] = []
    while true {
      let batch = intake.take(3, linger: 0.001)
      if batch.isEmpty { break }
      #expect(batch.count <= 3)
      taken += batch
    }
    #expect(taken == Array(0..<100))
  }

  @Test("without anybody who takes them, no more are read than fit")
  func bounded() throws {
    let readCount = Atomic(0)
    let intake = try OrderedIntake(depth: 5, threadCount: 2) { () -> Int? in
      readCount.add(1, ordering: .relaxed).oldValue
    } prepare: {
      $0
    }
    #expect(intake.take(1, linger: 0) == [0])
    usleep(200_000)
    #expect(readCount.load(ordering: .relaxed) <= 6)
  }

  @Test("a batch waits for more only as long as it lingers")
  func linger() throws {
    let intake = try OrderedIntake(depth: 5, threadCount: 2) { () -> Int? in
      1
    } prepare: { value in
      // The second is slow.
      usleep(1000)
      return value
    }
    let start = ContinuousClock.now
    let batch = intake.take(8, linger: 0.05)
    #expect(!batch.isEmpty)
    #expect(.now - start < .seconds(30))
  }
}
