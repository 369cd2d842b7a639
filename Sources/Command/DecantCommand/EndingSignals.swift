import Files
import Essentials
import Threads
import TerminalPictures

/// Ends the command on a signal: restores the terminal, removes temporary files, and then ends the process by the same
/// signal.
///
/// A separate thread waits for the signals, so that it may take locks, and reacts however busy the other threads are.
enum EndingSignals {
  /// The signals that ask a program to end: from the keyboard, from `kill`, from a terminal that is closed.
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  /// What SIGTERM does the first time, instead of ending the command.
  private static let finishing = Guarded<(@Sendable () -> Void)?>(nil)

  /// Lets the command finish its work on the first SIGTERM. A second one, and every other signal, still ends it.
  ///
  /// - Parameter finish: called on the thread that waits for signals; makes the work end soon.
  static func finishOnce(by finish: @escaping @Sendable () -> Void) {
    finishing.withLock { $0 = finish }
  }

  /// Starts to wait. Call it once, before any other thread starts: later threads inherit the blocked signals.
  static func wait() {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in numbers where !isIgnored(number) { unsafe sigaddset(&set, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let waiting = set
    DetachedThread.start {
      var set = waiting
      var number: Int32 = 0
      while true {
        guard unsafe sigwait(&set, &number) == 0 else { continue }
        guard number == SIGTERM, let finish = finishing.withLock({ $0.take() }) else { break }
        finish()
      }
      TerminalModes.restoreAtEnd()
      Console.endPicture()
      TemporaryFiles.removeAllAndEnd { end(by: number, blocked: set) }
    }
  }

  /// Whether the parent process, such as `nohup` or a shell, made this process ignore the signal; then it stays
  /// ignored.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if os(macOS)
      let handler = unsafe action.__sigaction_u.__sa_handler
    #else
      let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    // The C value 1; functions cannot be compared.
    return unsafe unsafeBitCast(handler, to: Int.self) == 1
  }

  /// Ends the process by the signal itself, so that a shell sees the usual exit status.
  private static func end(by number: Int32, blocked: sigset_t) -> Never {
    var set = blocked
    _ = signal(number, SIG_DFL)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    exit(128 + number)
  }
}
