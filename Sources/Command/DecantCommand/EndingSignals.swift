import Files
import Foundation

/// What the command does when it is told to end: it takes its temporary files with it, and ends as the signal says.
///
/// A thread of its own waits for the signals, so that what it does may take locks, and happens however busy the others are.
enum EndingSignals {
  /// Those that ask a program to end: from the keyboard, from `kill`, from a terminal that is closed.
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  /// Starts to wait. Called once, before there is another thread: those that come after have the signals blocked like this one.
  static func wait() {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in numbers where !isIgnored(number) { unsafe sigaddset(&set, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let waiting = set
    Thread.detachNewThread {
      var set = waiting
      var number: Int32 = 0
      while unsafe sigwait(&set, &number) != 0 {}
      TemporaryFiles.removeAllAndEnd { end(by: number, blocked: set) }
    }
  }

  /// `nohup` and shells ignore signals for what they start, and that stays so.
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

  /// Ends the process by the signal itself, so that a shell sees what it sees of any program.
  private static func end(by number: Int32, blocked: sigset_t) -> Never {
    var set = blocked
    _ = signal(number, SIG_DFL)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    exit(128 + number)
  }
}
