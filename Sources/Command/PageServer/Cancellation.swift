internal import Threads

/// Whether anybody still waits for an answer.
final class Cancellation: Sendable {
  private let flag = Guarded(false)

  init() {}

  /// Whether the client went away.
  var isCancelled: Bool { flag.withLock { $0 } }

  /// Says that the client went away.
  func cancel() { flag.withLock { $0 = true } }

  /// Ends work that nobody waits for.
  func check() throws(ClientGone) {
    if isCancelled { throw ClientGone() }
  }
}

/// The client closed the connection; there is nobody to tell.
struct ClientGone: Error {}
