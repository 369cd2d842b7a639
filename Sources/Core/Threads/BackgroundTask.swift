internal import Dispatch

/// Work on another thread that is waited for when its result is needed.
package final class BackgroundTask<Value: Sendable>: Sendable {
  private let result = Guarded<Result<Value, any Error>?>(nil)
  private let group = DispatchGroup()
  private let isCancelled = Guarded(false)

  /// Starts `work`, which is given a test of whether its result is still wanted.
  package init(_ work: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Value) {
    DispatchQueue.global().async(group: group) { [self] in
      let outcome = Result { try work { isCancelled.withLock { $0 } } }
      result.withLock { $0 = outcome }
    }
  }

  /// Waits for the end and returns or throws what the work did.
  package func wait() throws -> Value {
    group.wait()
    guard let outcome = result.withLock({ $0 }) else {
      preconditionFailure("the group ends after the result is stored")
    }
    return try outcome.get()
  }

  /// Cancels the work, and waits until it has stopped.
  package func cancel() {
    isCancelled.withLock { $0 = true }
    group.wait()
  }
}
