package import Messages

/// Why a worker ends early.
package typealias WorkerError = LocatedError<WorkerDefect>

/// What ends a worker early.
package enum WorkerDefect: ErrorReason {
  /// The system could not start a thread.
  case noThread
  /// Something else in a tar stream where a header was expected.
  case notATarHeader
  /// A header in a tar stream with an invalid field; the text names it.
  case badTarNumber(String)
  /// The tar stream ends within a member or a header.
  case tarEndsEarly
  /// A time to wait that cannot be parsed, or is out of range.
  case badLinger(String)

  /// Usage for an option, otherwise bad data, or a failure of the system.
  package var category: ErrorCategory {
    switch self {
    case .noThread: .inputOutput
    case .notATarHeader, .badTarNumber, .tarEndsEarly: .badData
    case .badLinger: .usage
    }
  }

  /// What was found, what was expected and what to do.
  package var sentence: Message {
    switch self {
    case .noThread:
      "the system cannot start another thread. Raise the limit on processes (ulimit -u), or end other programs."
    case .notATarHeader:
      "expected the header of a tar member. Send an uncompressed tar stream (POSIX or GNU). The members before this byte "
        + "are answered."
    case .badTarNumber(let field):
      "the header has an invalid \(field). The tar stream is damaged; send it again. The members before this byte are "
        + "answered."
    case .tarEndsEarly:
      "the tar stream ends in the middle of a member. It was probably cut off; send the members without an answer "
        + "again. The members before it are answered."
    case .badLinger(let text):
      "'\(text)' is not a time to wait. Give a number with a unit, from 0ms to 10s, such as 5ms."
    }
  }
}
