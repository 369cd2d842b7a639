import Foundation
import Kernels
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
  private final class Counters: Sendable {
    // Not in a Mutex, which the thread sanitizer does not understand where it is contended.
    private let lock = NSLock()
    nonisolated(unsafe) private var storage: [Int: Int] = [:]

    var counts: [Int: Int] { lock.withLock { unsafe storage } }
    func count(_ index: Int) { lock.withLock { unsafe storage[index, default: 0] += 1 } }
  }

  @Test("every index is run once, run after run", arguments: [1, 2, 5])
  func once(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    #expect(pool.threadCount == threads)
    for count in [0, 1, 2, 3, 64, 100] + Array(repeating: 7, count: 200) {
      let counters = Counters()
      pool.run(count: count) { counters.count($0) }
      #expect(counters.counts == Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) }))
    }
  }

  @Test("a number of threads that makes no sense is brought to one that does")
  func clamps() {
    #expect(WorkerPool(threadCount: -3).threadCount == 1)
    #expect(WorkerPool(threadCount: .max).threadCount == WorkerPool.maximumThreadCount)
  }

  @Test("sleeping threads wake up for the next run")
  func wakes() {
    let pool = WorkerPool(threadCount: 2)
    for _ in 0..<3 {
      let counters = Counters()
      pool.run(count: 50) { counters.count($0) }
      #expect(counters.counts.count == 50)
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  @Test("callers at the same time all get their work done")
  func severalCallers() async {
    let pool = WorkerPool(threadCount: 3)
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let counters = Counters()
          for _ in 0..<50 { pool.run(count: 20) { counters.count($0) } }
          return counters.counts.values.reduce(0, +)
        }
      }
      for await total in group { #expect(total == 1000) }
    }
  }

  @Test("a task may run tasks of its own")
  func nested() {
    let pool = WorkerPool(threadCount: 2)
    let counters = Counters()
    pool.run(count: 4) { outer in
      pool.run(count: 4) { counters.count(outer * 4 + $0) }
    }
    #expect(counters.counts.count == 16)
  }
}
