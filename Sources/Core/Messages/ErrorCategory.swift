/// Kinds of failure, by the exit status that the command ends with (`sysexits.h`, and 1 for what a command found).
public enum ErrorCategory: Int32, Sendable {
  /// The command ran, but found a difference or a problem.
  case mismatch = 1
  /// The caller asked for something that makes no sense.
  case usage = 64
  /// The data is bad.
  case badData = 65
  /// The input does not exist.
  case noInput = 66
  /// The output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed.
  case inputOutput = 74
}
