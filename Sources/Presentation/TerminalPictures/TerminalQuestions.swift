internal import Essentials

/// Asks the terminal what it can show.
package enum TerminalQuestions {
  /// All questions, in one piece. They are always the same.
  ///
  /// 1. Save the position of the cursor.
  /// 2. kitty: do you accept a picture of one pixel? It is neither shown nor kept (`a=q`).
  /// 3. iTerm2: how large is a cell?
  /// 4. xterm: how large are a cell and the text area, in pixels?
  /// 5. Primary device attributes. Every terminal answers this question, so its answer ends the wait.
  /// 6. Restore the position of the cursor, and erase the rest of its line, because a terminal that does not know a
  ///    sequence may have printed it.
  static let bytes = Array(
    """
    \u{1b}7\
    \u{1b}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1b}\\\
    \u{1b}]1337;ReportCellSize\u{1b}\\\
    \u{1b}[16t\u{1b}[14t\
    \u{1b}[c\
    \u{1b}8\u{1b}[K
    """.utf8)

  /// How long to wait for answers. Nearly all terminals answer the last question, so only a silent one takes this long.
  /// Over a slow connection, an answer that came later would look as if it had been typed.
  package static let patience = Duration.seconds(1)

  /// A longer answer is not an answer.
  private static let maximumByteCount = 1 << 14

  /// Asks the terminal on standard output.
  ///
  /// - Parameter type: the value of `TERM`; only `dumb` matters, which means that there is nothing to ask.
  /// - Returns: how it shows pictures.
  /// - Throws: `NoGraphics`.
  package static func ask(type: String? = ProcessInfo.processInfo.environment["TERM"]) throws(NoGraphics)
    -> TerminalGraphics
  {
    guard isatty(1) == 1 else { throw .notATerminal }
    guard type != "dumb" else { throw .dumb }
    // This also fails if `/dev/tty`, the session's terminal, is a different one.
    guard tcgetpgrp(1) == getpgrp() else { throw .notInForeground }
    let replies = try replies()
    var size = winsize()
    let isSized = unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0
    guard
      let graphics = TerminalGraphics(
        replies, columnCount: isSized && size.ws_col > 0 ? Int(size.ws_col) : nil,
        pixelWidth: isSized && size.ws_xpixel > 0 ? Int(size.ws_xpixel) : nil)
    else { throw replies.isComplete ? .unable : .silent }
    return graphics
  }

  private static func replies() throws(NoGraphics) -> TerminalReplies {
    let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { throw .cannotAsk }
    defer { close(terminal) }
    guard TerminalModes.quiet(terminal) else { throw .cannotAsk }
    defer { TerminalModes.restore() }
    guard send(to: terminal) else { throw .cannotAsk }
    var replies = TerminalReplies()
    var buffer = [UInt8](repeating: 0, count: 512)
    var byteCount = 0
    let end = ContinuousClock.now + patience
    while !replies.isComplete, byteCount < maximumByteCount, ContinuousClock.now < end {
      let count = unsafe read(terminal, &buffer, buffer.count)
      if count < 0, errno != EINTR { break }
      guard count > 0 else { continue }
      byteCount += count
      replies.take(buffer[..<count])
    }
    // Otherwise, the shell would receive the rest of an endless answer as if it had been typed.
    if !replies.isComplete { tcflush(terminal, TCIFLUSH) }
    return replies
  }

  private static func send(to terminal: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe write(terminal, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
