/// Work on another thread that is waited for when its result is needed.
///
/// A thread of its own, not one of Dispatch's: those end the program after a second if `/proc` is not mounted, as in a
/// bare chroot.
package final class BackgroundTask<Value: Sendable>: @unchecked Sendable {
  // Unchecked, because everything that changes is accessed with `condition` locked.
  private let condition = Condition()
  private var result: Result<Value, any Error>?
  private var isCancelled = false

  /// Starts `work`, which is given a test of whether its result is still wanted.
  package init(_ work: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Value) {
    let run: @Sendable () -> Void = { [self] in
      let outcome = Result { try work { locked { isCancelled } } }
      locked {
        result = outcome
        condition.broadcast()
      }
    }
    // If the system has no thread left, the work is done here.
    if !DetachedThread.start(run) { run() }
  }

  /// Waits for the end and returns or throws what the work did.
  package func wait() throws -> Value { try outcome().get() }

  /// Cancels the work, and waits until it has stopped.
  package func cancel() {
    locked { isCancelled = true }
    _ = outcome()
  }

  private func outcome() -> Result<Value, any Error> {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result { return result }
      condition.wait()
    }
  }

  private func locked<Outcome>(_ body: () -> Outcome) -> Outcome {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }
}
