package import Messages

/// Why there are no pictures on standard output.
package enum NoGraphics: Error, Sendable, Equatable, CaseIterable {
  /// It is a file or a pipe.
  case notATerminal
  /// The terminal is another session's, or the shell has put the command into the background: who asks there is stopped.
  case notInForeground
  /// `TERM` is `dumb`: the terminal takes escape sequences for text.
  case dumb
  /// The terminal cannot be opened, or does not take the modes that asking needs.
  case cannotAsk
  /// Nothing came that is an answer.
  case silent
  /// It answered, and knows no way.
  case unable
}

extension NoGraphics: MessageConvertible {
  /// What is in the way, as the beginning of a sentence.
  package var message: Message {
    switch self {
    case .notATerminal: "standard output is not a terminal"
    case .notInForeground: "this command does not run in the foreground of its terminal, so it cannot ask for graphics"
    case .dumb: "TERM is 'dumb', so this terminal cannot be asked for graphics"
    case .cannotAsk: "this terminal cannot be asked for graphics"
    case .silent: "this terminal did not answer when asked for graphics"
    case .unable: "this terminal answered that it has no graphics (kitty's, iTerm2's or sixel)"
    }
  }
}
