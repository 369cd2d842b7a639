internal import CDecantKernels
internal import Essentials
internal import Threads
internal import Synchronization

/// Threads that share out the tasks of one kernel at a time.
///
/// A task must write memory of its own and read nothing that another task of the run writes; then results have the same
/// bits whichever thread takes which task. Between runs the threads wait, first awake for some microseconds, as the next
/// layer usually follows at once, then asleep.
package final class WorkerPool: Sendable {
  /// Threads that work on a run, the caller's included.
  package let threadCount: Int
  private let bell = Bell()
  /// Held by the caller of a run; a second caller works alone meanwhile.
  private let turn = Mutex(())

  /// More threads than any layer has tasks for.
  package static let maximumThreadCount = 256

  /// Starts the threads.
  ///
  /// - Parameter threadCount: nil for as many as the machine has active cores; clamped to 1...`maximumThreadCount`.
  package init(threadCount: Int? = nil) {
    let wanted = threadCount ?? ProcessInfo.processInfo.activeProcessorCount
    self.threadCount = min(max(wanted, 1), Self.maximumThreadCount)
    for worker in 1..<self.threadCount {
      let bell = bell
      // Without the thread, the others do its share.
      DetachedThread.start { Self.work(for: bell, as: worker) }
    }
  }

  deinit {
    bell.ring(nil, closes: true)
  }

  /// Runs `body` once for each index below `count` and returns when all are done.
  ///
  /// `body` is told the index and which worker runs it: 0 for the caller, below `threadCount` for all, and never the same for two that run
  /// at once, so that each may have memory of its own.
  package func run(count: Int, _ body: @escaping @Sendable (_ index: Int, _ worker: Int) -> Void) {
    let shared: Void? =
      threadCount == 1 || count <= 1
      ? nil
      : turn.withLockIfAvailable { _ in
        let job = Job(count: count, body: body)
        bell.ring(job)
        job.takePart(as: 0)
        job.waitUntilDone()
        bell.clear()
      }
    if shared == nil {
      for index in 0..<count { body(index, 0) }
    }
  }

  /// Runs `body` once for each index below `count` and returns when all are done.
  package func run(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    run(count: count) { index, _ in body(index) }
  }

  private static func work(for bell: Bell, as worker: Int) {
    var heard = 0
    while let job = bell.wait(after: &heard) {
      job?.takePart(as: worker)
    }
  }
}

/// One run: indices to hand out and to count back in.
private final class Job: Sendable {
  let count: Int
  let body: @Sendable (Int, Int) -> Void
  private let next = Atomic(0)
  private let doneCount = Atomic(0)

  init(count: Int, body: @escaping @Sendable (Int, Int) -> Void) {
    self.count = count
    self.body = body
  }

  /// Takes indices until none is left.
  func takePart(as worker: Int) {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index, worker)
      doneCount.add(1, ordering: .releasing)
    }
  }

  /// Returns when every index is done, with everything the bodies wrote visible.
  func waitUntilDone() {
    var turns = 0
    while doneCount.load(ordering: .acquiring) < count {
      turns += 1
      // Where the other thread lost its core, spinning would only keep it from getting one back.
      if turns < Bell.spinCount { decant_spin_hint() } else { sched_yield() }
    }
  }
}

/// Announces jobs to threads that may be asleep.
private final class Bell: Sendable {
  /// Turns of a waiting loop before a thread goes to sleep: about 100 microseconds on a Zen 4 core.
  static let spinCount = 3000

  private struct State {
    var job: Job?
    var isClosed = false
  }

  /// Read and written under the condition's lock. Not in a Mutex: where one is contended, the system's kernel hands it over, which the
  /// thread sanitizer does not see.
  nonisolated(unsafe) private var state = State()
  /// The threads that are asleep; under the same lock.
  nonisolated(unsafe) private var sleepers: [CInt] = []
  private let ringCount = Atomic(0)
  private let sleeperCount = Atomic(0)
  private let condition = Condition()

  /// Announces a job, or that no more will come.
  func ring(_ job: Job?, closes: Bool = false) {
    withState { $0 = State(job: job, isClosed: closes) }
    ringCount.add(1, ordering: .sequentiallyConsistent)
    // A thread counts itself as sleeping before it looks at `ringCount` for the last time, so it is seen here or sees this.
    if sleeperCount.load(ordering: .sequentiallyConsistent) > 0 {
      condition.lock()
      let moved = unsafe sleepers.compactMap(Moved.init)
      condition.broadcast()
      condition.unlock()
      for thread in moved { thread.allow() }
    }
  }

  /// Lets go of the last job, so that nothing it holds outlives its run.
  func clear() {
    withState { $0.job = nil }
  }

  private func withState<Result>(_ body: (inout State) -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return unsafe body(&state)
  }

  /// Waits until the bell has rung more often than `heard`. Returns nil when it is closed, and no job (inside the optional)
  /// when the one announced is already over.
  func wait(after heard: inout Int) -> Job?? {
    var turns = 0
    while ringCount.load(ordering: .acquiring) == heard, turns < Self.spinCount {
      turns += 1
      decant_spin_hint()
    }
    if ringCount.load(ordering: .acquiring) == heard {
      let thread = decant_thread()
      condition.lock()
      unsafe sleepers.append(thread)
      sleeperCount.add(1, ordering: .sequentiallyConsistent)
      while ringCount.load(ordering: .sequentiallyConsistent) == heard { condition.wait() }
      sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
      unsafe sleepers.removeAll { $0 == thread }
      condition.unlock()
    }
    heard = ringCount.load(ordering: .acquiring)
    return withState { $0.isClosed ? nil : .some($0.job) }
  }
}

/// A sleeping thread that must not wake on the caller's processor, and the processors that it gets back.
private struct Moved {
  private let thread: CInt
  private var processors = decant_processors()

  /// Nil if the thread may wake anywhere.
  init?(_ thread: CInt) {
    self.thread = thread
    guard unsafe decant_keep_away(thread, &processors) != 0 else { return nil }
  }

  func allow() {
    var processors = processors
    unsafe decant_allow(thread, &processors)
  }
}
