/// Whether anybody still waits for the result of long work.
///
/// Work that takes one checks it between pieces, and ends early.
package final class Cancellation: Sendable {
  private let flag = Guarded(false)

  /// One that is not cancelled yet.
  package init() {}

  /// Whether nobody waits any more.
  package var isCancelled: Bool { flag.withLock { $0 } }

  /// Says that nobody waits any more.
  package func cancel() { flag.withLock { $0 = true } }

  /// Ends work that nobody waits for.
  ///
  /// - Throws: `Cancelled` if nobody waits any more.
  package func check() throws(Cancelled) {
    if isCancelled { throw Cancelled() }
  }
}

/// Work ended early because nobody waits for its result.
package struct Cancelled: Error {
  /// The only one.
  package init() {}
}
