internal import Foundation

/// Makes values on other threads before they are requested, and returns them in order.
///
/// At most `depth` values are made or waiting at a time: a slow consumer stops the others, so that memory
/// stays bounded whatever `count` is. Releasing a `ReadAhead` ends its threads, each after the value that it is making.
final class ReadAhead<Value: Sendable>: Sendable {
  private let line: Line

  /// Starts making values.
  ///
  /// - Parameters:
  ///   - count: the number of values.
  ///   - depth: how many may wait, those being made included; at least 1.
  ///   - threadCount: threads that make them; at least 1, and no more than there are values.
  ///   - make: makes the value of an index, on any thread and in any order.
  init(count: Int, depth: Int, threadCount: Int, _ make: @escaping @Sendable (Int) -> Value) {
    precondition(depth > 0 && threadCount > 0, "nothing would ever be made")
    let line = Line(count: count, depth: depth)
    self.line = line
    for _ in 0..<min(threadCount, depth, count) {
      let thread = Thread {
        while let index = line.waitForIndex() { line.store(make(index), at: index) }
      }
      thread.name = "decant reader"
      thread.start()
    }
  }

  deinit {
    line.close()
  }

  /// Waits for the next values and returns them.
  ///
  /// - Parameter count: how many are wanted.
  /// - Returns: that many, but at most `depth` and no more than are left.
  func next(_ count: Int) -> [Value] {
    line.take(count)
  }

  /// What the threads share.
  private final class Line: @unchecked Sendable {
    // Unchecked, because everything that changes is accessed with `condition` locked.
    private let condition = NSCondition()
    private let count: Int
    private let depth: Int
    private var startedCount = 0
    private var takenCount = 0
    private var waiting: [Int: Value] = [:]
    private var isClosed = false

    init(count: Int, depth: Int) {
      self.count = count
      self.depth = depth
    }

    /// The next index to make a value for, as soon as there is room for it; nil when no more are needed.
    func waitForIndex() -> Int? {
      condition.lock()
      defer { condition.unlock() }
      while !isClosed, startedCount < count, startedCount - takenCount >= depth { condition.wait() }
      guard !isClosed, startedCount < count else { return nil }
      startedCount += 1
      return startedCount - 1
    }

    func store(_ value: Value, at index: Int) {
      condition.lock()
      defer { condition.unlock() }
      waiting[index] = value
      condition.broadcast()
    }

    func take(_ wanted: Int) -> [Value] {
      condition.lock()
      defer { condition.unlock() }
      var values: [Value] = []
      let end = takenCount + min(wanted, depth, count - takenCount)
      while takenCount + values.count < end {
        if let value = waiting.removeValue(forKey: takenCount + values.count) {
          values.append(value)
        } else {
          condition.wait()
        }
      }
      // Only now is there room for others: the values taken above were still waiting for the rest.
      takenCount = end
      condition.broadcast()
      return values
    }

    func close() {
      condition.lock()
      defer { condition.unlock() }
      isClosed = true
      condition.broadcast()
    }
  }
}
