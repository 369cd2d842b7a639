public import Messages
public import Patterns

/// Why two sources were not compared.
public struct DiffError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// A string that is not a regular expression.
    case badExpression(String, NamePatternError)
    /// A tolerance that is negative or not a finite number.
    case badTolerance(Double)
  }

  /// What went wrong.
  public let reason: Reason

  /// An error in the options.
  public init(_ reason: Reason) {
    self.reason = reason
  }

  /// Always `usage`.
  public var category: ErrorCategory { .usage }

  /// The option, and what it accepts.
  public var message: Message {
    switch reason {
    case .badExpression(let pattern, let error): "'\(pattern)' is not a valid regular expression: \(error)."
    case .badTolerance(let value): "the tolerance must be 0 or more, not \(value)."
    }
  }
}
