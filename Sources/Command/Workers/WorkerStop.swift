internal import Essentials
package import Messages
internal import Threads

/// Lets a worker finish what it has read when it is told to end (SIGTERM).
package final class WorkerStop: Sendable {
  /// How long a driver may leave the answers unread after that.
  private static let patience = Duration.seconds(10)

  private let input: WorkerInput
  /// When the line that is being written was begun; nil while none is.
  private let writing = Guarded<ContinuousClock.Instant?>(nil)

  /// For the worker that reads this input.
  package init(_ input: WorkerInput) { self.input = input }

  /// Writes a line, and remembers how long that takes.
  package func write(_ line: Message, to output: (Message) -> Void) {
    writing.withLock { $0 = .now }
    output(line)
    writing.withLock { $0 = nil }
  }

  /// Ends the reading of requests. The worker answers those that it has read, and ends.
  ///
  /// - Parameter giveUp: ends the process; called if the driver does not read the answers.
  package func finish(orElse giveUp: @escaping @Sendable () -> Void) {
    input.finish()
    DetachedThread.start { [writing] in
      let told = ContinuousClock.now
      while true {
        usleep(200_000)
        let begun = writing.withLock { $0 }
        if let begun, .now - max(begun, told) > Self.patience { return giveUp() }
      }
    }
  }
}
