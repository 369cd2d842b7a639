import Foundation
import Testing
import Threads

@testable import Captioning

@Suite("Reading ahead")
struct ReadAheadTests {
  /// What is being made, waiting, or in the hands of the taker.
  final class Gauge: Sendable {
    private let state = Guarded((started: 0, taken: 0, greatest: 0))

    var startedCount: Int { state.withLock { $0.started } }
    var greatestHeldCount: Int { state.withLock { $0.greatest } }

    func start() {
      state.withLock {
        $0.started += 1
        $0.greatest = max($0.greatest, $0.started - $0.taken)
      }
    }

    func take(_ count: Int) {
      state.withLock { $0.taken += count }
    }
  }

  @Test("values come in order, whichever is made first", arguments: [1, 2, 4, 16])
  func order(threadCount: Int) {
    let values = ReadAhead(count: 60, depth: 8, threadCount: threadCount) { index in
      // The first of every four takes longest.
      usleep(UInt32(3 - index % 4) * 300)
      return index
    }
    var taken: [Int] = []
    for batch in [1, 2, 4, 8, 3, 8, 8, 8, 8, 8, 8] { taken += values.next(batch) }
    #expect(taken == Array(0..<60))
    #expect(values.next(8) == [])
  }

  @Test("no more values than the depth are held, however slow the taker", arguments: [1, 3, 16], [1, 5])
  func bounded(depth: Int, threadCount: Int) {
    let gauge = Gauge()
    let values = ReadAhead(count: 100, depth: depth, threadCount: threadCount) { index in
      gauge.start()
      return index
    }
    usleep(20_000)
    #expect(gauge.startedCount <= depth)
    for first in stride(from: 0, to: 100, by: depth) {
      // Counted before, since a thread may begin the next value before the taker is back.
      gauge.take(min(depth, 100 - first))
      #expect(values.next(depth).count == min(depth, 100 - first))
      #expect(gauge.startedCount <= first + 2 * depth)
    }
    #expect(gauge.startedCount == 100)
    #expect(gauge.greatestHeldCount <= depth)
  }

  @Test("more than the depth cannot be asked for at once, and nothing of nothing")
  func ends() {
    #expect(ReadAhead(count: 9, depth: 4, threadCount: 2) { $0 }.next(9) == [0, 1, 2, 3])
    #expect(ReadAhead(count: 0, depth: 4, threadCount: 2) { $0 }.next(1) == [])
  }

  @Test("letting go ends the work")
  func letGo() {
    let gauge = Gauge()
    do {
      let values = ReadAhead(count: 1000, depth: 4, threadCount: 3) { index in
        gauge.start()
        return index
      }
      gauge.take(2)
      #expect(values.next(2) == [0, 1])
    }
    usleep(20_000)
    let count = gauge.startedCount
    #expect(count <= 6)
    usleep(20_000)
    #expect(gauge.startedCount == count)
  }
}
