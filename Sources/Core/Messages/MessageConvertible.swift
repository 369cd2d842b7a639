/// A value with something to say to a person.
public protocol MessageConvertible: CustomStringConvertible {
  /// The words, safe for a terminal.
  var message: Message { get }
}

extension MessageConvertible {
  /// The text of the message.
  public var description: String { message.text }
}
