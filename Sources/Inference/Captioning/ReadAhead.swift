internal import Essentials
internal import Threads

/// Makes values on other threads before they are requested, and returns them in order.
///
/// At most `depth` values are made or waiting at a time: a slow consumer stops the others, so that memory
/// stays bounded whatever `count` is. Releasing a `ReadAhead` ends its threads, each after the value that it is making.
final class ReadAhead<Value: Sendable>: Sendable {
  private let line: Line
  /// Makes the values where they are wanted; nil unless the system has no thread left.
  private let makeHere: (@Sendable (Int) -> Value)?

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
    let work: @Sendable () -> Void = {
      while let index = line.waitForIndex() { line.store(make(index), at: index) }
    }
    var hasThread = false
    for _ in 0..<min(threadCount, depth, count) where DetachedThread.start(work) {
      hasThread = true
    }
    makeHere = hasThread ? nil : make
  }

  deinit {
    line.close()
  }

  /// Waits for the next values and returns them.
  ///
  /// - Parameter count: how many are wanted.
  /// - Returns: that many, but at most `depth` and no more than are left.
  func next(_ count: Int) -> [Value] {
    if let makeHere {
      while let index = line.indexToMake() { line.store(makeHere(index), at: index) }
    }
    return line.take(count)
  }

  /// What the threads share.
  private final class Line: @unchecked Sendable {
    // Unchecked, because everything that changes is accessed with `condition` locked.
    private let condition = Condition()
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
      return nextIndex()
    }

    /// The next index to make a value for; nil while there is no room for it.
    func indexToMake() -> Int? {
      condition.lock()
      defer { condition.unlock() }
      return nextIndex()
    }

    /// Call it with the lock.
    private func nextIndex() -> Int? {
      guard !isClosed, startedCount < count, startedCount - takenCount < depth else { return nil }
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
