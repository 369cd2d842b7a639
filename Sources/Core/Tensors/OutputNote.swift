public import Messages

/// Something that a person should know about an output, such as names that some programs refuse.
public struct OutputNote: Sendable, Equatable {
  /// What it is, in words before a count.
  public let title: Message
  /// The tensors or keys that it concerns.
  public let rows: [Message]

  /// A note; nil if it concerns nothing.
  public init?(_ title: Message, _ rows: [Message]) {
    guard !rows.isEmpty else { return nil }
    (self.title, self.rows) = (title, rows)
  }
}
