import Essentials
import Messages
import TerminalPictures
import Threads

/// Standard output for results, standard error for everything else; nothing else in the package writes to them.
///
/// All that is written is a `Message`, so that no name, path or other library's text reaches a terminal raw; or a `TerminalPicture`, which
/// is made from pixels alone.
enum Console {
  /// Writes a result to standard output, and adds a line break if it has none.
  ///
  /// A closed pipe (`decant inspect … | head`) ends the process quietly, as other tools do.
  static func print(_ message: Message) {
    write(message.endsLine ? message : "\(message)\n", to: 1)
  }

  /// Prints something to standard error, after the command's name.
  static func say(_ message: Message) {
    write("decant: \(message)\n", to: 2)
  }

  /// Writes a line to standard error as it is.
  static func log(_ message: Message) {
    write("\(message)\n", to: 2)
  }

  /// Whether standard error is a terminal, so that a progress line can be drawn and erased.
  static let showsProgress = isatty(2) == 1

  /// Whether standard output is a terminal, which a person looks at.
  static let isTerminal = isatty(1) == 1

  /// Columns of the terminal on standard output, within bounds that read well; 100 if it is not a terminal.
  static let width = min(max(columns(of: 1) ?? 100, 40), 120)

  /// The columns of the terminal that a descriptor is open on; nil if it is not a terminal, or the terminal does
  /// not report its width.
  static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Erases the line of the terminal on standard error and writes a message there, without a line end; for progress lines.
  static func redraw(_ message: Message = "") {
    write("\r\u{1b}[K\(message)", to: 2)
  }

  /// Shows a picture on the terminal on standard output; what follows begins on the next line.
  static func show(_ picture: TerminalPicture) {
    let pieceByteCount = 4096
    enter(.writing)
    for start in stride(from: 0, to: picture.bytes.count, by: pieceByteCount) {
      write(picture.bytes[start..<min(start + pieceByteCount, picture.bytes.count)], to: 1)
      enter(.writing)
    }
    enter(.none)
    write("\n", to: 1)
  }

  /// Ends the escape sequence of a half-written picture before the process ends. Otherwise, the terminal would treat
  /// what the shell writes next as part of the picture.
  static func endPicture() {
    let isWriting = pictureState.withLock { state in
      defer { state = .ending }
      return state == .writing
    }
    guard isWriting else { return }
    // A terminal that accepts nothing for that long would not accept the end of the sequence either.
    for _ in 0..<40 {
      if pictureState.withLock({ $0 == .stopped }) { return write("\u{1b}\\\n", to: 1) }
      usleep(5_000)
    }
  }

  /// Whether a picture is on its way to the terminal.
  private enum PictureState { case none, writing, ending, stopped }
  private static let pictureState = Guarded(PictureState.none)

  /// Changes the state, unless the process is about to end; nothing more is written then.
  private static func enter(_ next: PictureState) {
    let isEnding = pictureState.withLock { state in
      if state == .ending { state = .stopped }
      if state != .stopped { state = next }
      return state == .stopped
    }
    // Only the thread that ends the process continues.
    while isEnding { sleep(1) }
  }

  private static func write(_ message: Message, to descriptor: Int32) {
    write(Array(message.text.utf8)[...], to: descriptor)
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Essentials.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        // Another program that has the same pipe wants calls not to wait.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, -1)
        continue
      }
      if count <= 0 { exit(errno == EPIPE ? 0 : ErrorCategory.inputOutput.rawValue) }
      rest = rest.dropFirst(count)
    }
  }
}

/// A line on standard error that says how far along a long task is, redrawn in place.
///
/// Drawn only on a terminal and only after half a second, so that short work and logs stay clean.
struct ProgressLine {
  private let start = ContinuousClock.now
  private var lastDrawn = ContinuousClock.now
  private var isDrawn = false

  /// Runs long work, which can update a line that is erased afterward.
  static func during<Value>(_ work: (inout ProgressLine) throws -> Value) rethrows -> Value {
    var line = ProgressLine()
    defer { line.clear() }
    return try work(&line)
  }

  /// Shows `text` if it is time to.
  mutating func update(_ text: @autoclosure () -> Message) {
    let now = ContinuousClock.now
    guard Console.showsProgress, now - start > .milliseconds(500), now - lastDrawn > .milliseconds(100) else { return }
    lastDrawn = now
    draw(text())
  }

  /// Erases the line while something else is written, and shows `text` after it.
  mutating func interrupted(by write: () throws -> Void, then text: @autoclosure () -> Message) rethrows {
    let wasDrawn = isDrawn
    clear()
    try write()
    if wasDrawn { draw(text()) } else { update(text()) }
  }

  /// Erases the line.
  mutating func clear() {
    if isDrawn { Console.redraw() }
    isDrawn = false
  }

  /// Cuts the text to the terminal's width, because text that wraps onto another line would stay there.
  private mutating func draw(_ text: Message) {
    isDrawn = true
    Console.redraw(text.prefix((Console.columns(of: 2) ?? 80) - 1))
  }
}
