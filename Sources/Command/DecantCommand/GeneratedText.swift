import Messages

/// Text that is part of this program, or made from its declarations alone: pages of the manual, completions, licenses.
enum GeneratedText {
  /// The text, with its line breaks.
  static func message(_ text: String) -> Message { Message(escapingLinesOf: text) }
}
