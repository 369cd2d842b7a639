internal import Essentials
internal import Messages
internal import Threads

/// Requests that several threads read and prepare, and that are handed over in the order in which they were read.
///
/// At most `depth` requests are prepared or waiting at a time. If nobody takes them, nothing more is read, so that
/// memory stays bounded whatever the driver does.
final class OrderedIntake<Raw, Value: Sendable>: @unchecked Sendable {
  // Unchecked, because everything that changes is accessed with `condition` locked, and `read` is called with `turn` locked.
  private let condition = Condition()
  private let turn = Lock()
  private let depth: Int
  private let read: () -> Raw?
  private let prepare: (Raw) -> Value
  private var startedCount = 0
  private var takenCount = 0
  private var waiting: [Int: Value] = [:]
  private var hasEnded = false

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - depth: how many requests may wait; at least 1.
  ///   - threadCount: threads that prepare; at least 1.
  ///   - read: waits for a request; nil at the end. Called by one thread at a time.
  ///   - prepare: what several threads may do at the same time.
  /// - Throws: `WorkerDefect.noThread` if the system has no thread left.
  init(
    depth: Int, threadCount: Int, read: @escaping @Sendable () -> Raw?, prepare: @escaping @Sendable (Raw) -> Value
  ) throws(WorkerError) {
    (self.depth, self.read, self.prepare) = (depth, read, prepare)
    let started = (0..<threadCount).filter { _ in DetachedThread.start { self.work() } }
    if started.isEmpty { throw WorkerError(.noThread) }
  }

  private func work() {
    while let (index, raw) = next() {
      let value = prepare(raw)
      locked {
        waiting[index] = value
        condition.broadcast()
      }
    }
  }

  /// The next request and its place, as soon as there is room for it; nil at the end.
  private func next() -> (Int, Raw)? {
    turn.lock()
    defer { turn.unlock() }
    let isOver = locked {
      while !hasEnded, startedCount - takenCount >= depth { condition.wait() }
      return hasEnded
    }
    if isOver { return nil }
    let raw = read()
    return locked {
      guard let raw else {
        hasEnded = true
        condition.broadcast()
        return nil
      }
      startedCount += 1
      return (startedCount - 1, raw)
    }
  }

  /// Waits for the next request, and a moment longer for those after it.
  ///
  /// - Parameters:
  ///   - count: how many are wanted at most.
  ///   - linger: how many seconds to wait for more than one.
  /// - Returns: in order, what is there by then; empty at the end.
  func take(_ count: Int, linger: Double) -> [Value] {
    locked {
      var values: [Value] = []
      var deadline: ContinuousClock.Instant?
      while values.count < count {
        if let value = waiting.removeValue(forKey: takenCount + values.count) {
          values.append(value)
          continue
        }
        if hasEnded, takenCount + values.count == startedCount { break }
        if values.isEmpty {
          condition.wait()
        } else {
          let limit = deadline ?? .now + .seconds(linger)
          deadline = limit
          let rest = (limit - .now) / .seconds(1)
          if rest <= 0 { break }
          _ = condition.wait(seconds: rest)
        }
      }
      takenCount += values.count
      condition.broadcast()
      return values
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
