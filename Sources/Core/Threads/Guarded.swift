/// A value that only one thread at a time can read or change.
package final class Guarded<Value>: Sendable {
  private let lock = Lock()
  // Touched under the lock only.
  nonisolated(unsafe) private var value: Value

  /// Starts with a value.
  package init(_ value: consuming sending Value) {
    unsafe self.value = value
  }

  /// Runs `body` while no other thread sees the value; `body` must not lock the same value again, which would never
  /// return.
  ///
  /// - Throws: what `body` throws; the value stays as it left it.
  package func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    lock.lock()
    defer { lock.unlock() }
    return try unsafe body(&value)
  }
}
