internal import Essentials

/// Asks the terminal what it can show.
package enum TerminalQuestions {
  /// All questions, in one piece: what is asked does not depend on anything.
  ///
  /// 1. The cursor's place is kept.
  /// 2. kitty: may a picture of one pixel be sent along? It is neither shown nor kept (`a=q`).
  /// 3. iTerm2: how large is a cell?
  /// 4. xterm: how large is a cell, and how large the text area, in pixels?
  /// 5. Primary device attributes. Every terminal answers them, so that nothing more is awaited afterwards.
  /// 6. The cursor is put back, and the rest of its line erased: a terminal that does not know a sequence may have printed it.
  static let bytes = Array(
    """
    \u{1b}7\
    \u{1b}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1b}\\\
    \u{1b}]1337;ReportCellSize\u{1b}\\\
    \u{1b}[16t\u{1b}[14t\
    \u{1b}[c\
    \u{1b}8\u{1b}[K
    """.utf8)

  /// How long answers are awaited. Nearly all terminals answer the last question, so that only a silent one takes so long; over a slow
  /// connection, an answer after the end would look as if it had been typed.
  package static let patience = Duration.seconds(1)

  /// An answer of more bytes is no answer.
  private static let maximumByteCount = 1 << 14

  /// Asks the terminal on standard output.
  ///
  /// - Parameter type: what `TERM` says; only `dumb` matters, which says that there is nothing to ask.
  /// - Returns: how it shows pictures.
  /// - Throws: `NoGraphics`.
  package static func ask(type: String? = ProcessInfo.processInfo.environment["TERM"]) throws(NoGraphics)
    -> TerminalGraphics
  {
    guard isatty(1) == 1 else { throw .notATerminal }
    guard type != "dumb" else { throw .dumb }
    // Fails, too, if this is not the terminal of the session, which `/dev/tty` is.
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
    // The rest of an answer that does not end would reach the shell as if it had been typed.
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
