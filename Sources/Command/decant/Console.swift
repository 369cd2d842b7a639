import Foundation
import Messages

/// Standard output for results, standard error for everything else.
///
/// Whatever is written is escaped line by line, so that no name, message or path, wherever it came from, reaches a terminal raw. JSON
/// escapes the same in its own way before. A name that could hold a line break must be escaped where it is put into text.
enum Console {
  /// Writes a result to standard output, with a line end where it has none.
  ///
  /// A closed pipe (`decant inspect … | head`) ends the process quietly, as other tools do.
  static func print(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n", to: 1)
  }

  /// Writes a result that has its own line ends to standard output.
  static func write(_ text: String) {
    write(text, to: 1)
  }

  /// Writes a message and a line end to standard error.
  static func say(_ text: String) {
    write(text + "\n", to: 2)
  }

  /// Whether standard error is a terminal, so that a progress line can be drawn and erased.
  static let showsProgress = isatty(2) == 1

  /// Columns of the terminal on standard output, within bounds that read well; 100 where it is none.
  static let width = min(max(columns(of: 1) ?? 100, 40), 120)

  /// The columns of the terminal that a descriptor leads to; nil if it is not a terminal, or does not know.
  static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Erases the line of the terminal on standard error and writes text there, without a line end; for progress lines.
  static func redraw(_ text: String = "") {
    writeRaw("\r\u{1b}[K" + text.escapedForDisplay, to: 2)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    writeRaw(text.linesEscapedForDisplay, to: descriptor)
  }

  private static func writeRaw(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { exit(errno == EPIPE ? 0 : ErrorCategory.inputOutput.rawValue) }
      done += count
    }
  }
}

/// A line on standard error that says how far a long piece of work is, redrawn in place.
///
/// Drawn only on a terminal and only after half a second, so that short work and logs stay clean.
struct ProgressLine {
  private let start = ContinuousClock.now
  private var lastDrawn = ContinuousClock.now
  private var isDrawn = false

  /// Shows `text` if it is time to.
  mutating func update(_ text: @autoclosure () -> String) {
    let now = ContinuousClock.now
    guard Console.showsProgress, now - start > .milliseconds(500), now - lastDrawn > .milliseconds(100) else { return }
    lastDrawn = now
    draw(text())
  }

  /// Erases the line while something else is written, and shows `text` after it.
  mutating func interrupted(by write: () -> Void, then text: @autoclosure () -> String) {
    let wasDrawn = isDrawn
    clear()
    write()
    if wasDrawn { draw(text()) } else { update(text()) }
  }

  /// Erases the line.
  mutating func clear() {
    if isDrawn { Console.redraw() }
    isDrawn = false
  }

  /// What is longer than the terminal is wide would stay there when the line is redrawn.
  private mutating func draw(_ text: String) {
    isDrawn = true
    Console.redraw(String(text.escapedForDisplay.prefix((Console.columns(of: 2) ?? 80) - 1)))
  }
}
