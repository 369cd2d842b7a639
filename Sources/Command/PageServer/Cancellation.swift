internal import Threads

/// Whether anyone is still waiting for an answer.
final class Cancellation: Sendable {
  private let flag = Guarded(false)

  init() {}

  /// Whether the client went away.
  var isCancelled: Bool { flag.withLock { $0 } }

  /// Records that the client went away.
  func cancel() { flag.withLock { $0 = true } }

  /// Throws if no one is waiting for the work.
  func check() throws(ClientGone) {
    if isCancelled { throw ClientGone() }
  }
}

/// The client closed the connection; there is no one to tell.
struct ClientGone: Error {}
