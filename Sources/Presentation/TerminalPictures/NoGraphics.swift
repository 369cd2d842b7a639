package import Messages

/// Why there are no pictures on standard output.
package enum NoGraphics: Error, Sendable, Equatable, CaseIterable {
  /// It is a file or a pipe.
  case notATerminal
  /// The terminal belongs to another session, or the command runs in the background, where the system stops a process
  /// that reads from the terminal.
  case notInForeground
  /// `TERM` is `dumb`: the terminal would print escape sequences as text.
  case dumb
  /// The terminal cannot be opened, or does not accept the modes that the questions require.
  case cannotAsk
  /// The terminal did not answer.
  case silent
  /// The terminal answered, but supports no graphics.
  case unable
}

extension NoGraphics: MessageConvertible {
  /// The obstacle, as the beginning of a sentence.
  package var message: Message {
    switch self {
    case .notATerminal: "standard output is not a terminal"
    case .notInForeground: "this command does not run in the foreground of its terminal, so it cannot ask for graphics"
    case .dumb: "TERM is 'dumb', so this terminal cannot be asked for graphics"
    case .cannotAsk: "this terminal cannot be asked for graphics"
    case .silent: "this terminal did not answer when asked for graphics"
    case .unable: "this terminal reports no support for graphics (kitty's, iTerm2's or sixel)"
    }
  }
}
