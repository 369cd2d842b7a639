/// What a terminal answers, byte by byte, in whatever pieces it arrives.
///
/// Everything else is skipped: what the user types meanwhile, answers to other programs' questions, garbage. At most
/// one answer of at most 128 bytes is kept.
package struct TerminalReplies: Sendable, Equatable {
  /// The terminal knows kitty's graphics protocol, and accepts pixels inside the sequence.
  package private(set) var knowsKitty = false
  /// The terminal knows iTerm2's own sequences.
  package private(set) var knowsITerm2 = false
  /// The terminal reports sixel graphics.
  package private(set) var knowsSixel = false
  /// Pixels of a cell's width.
  package private(set) var cellWidth: Int?
  /// Pixels of the text area's width.
  package private(set) var windowWidth: Int?
  /// Whether the answer to the last question has arrived; whatever follows is not for Decant.
  package private(set) var isComplete = false

  /// How a string begins: `ESC ]` or `ESC _`. Strings of other kinds are skipped.
  private enum StringKind { case operatingSystem, application, other }
  private enum State: Equatable {
    case text, escape, control
    case string(StringKind)
    case stringEscape(StringKind)
  }
  private var state = State.text
  private var held: [UInt8] = []
  private var isTooLong = false

  private static let maximumLength = 128
  private static let escape: UInt8 = 0x1b

  /// No answer yet.
  package init() {}

  /// Takes bytes in order; ignores all bytes after the last answer.
  package mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes where !isComplete { take(byte) }
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .text:
      if byte == Self.escape { state = .escape }
    case .escape: begin(byte)
    case .control:
      switch byte {
      case 0x20...0x3f: hold(byte)
      case 0x40...0x7e:
        state = .text
        if !isTooLong { endControl(byte) }
      default: state = byte == Self.escape ? .escape : .text
      }
    case .string(let kind):
      switch byte {
      case 0x07: endString(kind)
      case Self.escape: state = .stringEscape(kind)
      // CAN and SUB end any sequence.
      case 0x18, 0x1a: state = .text
      default: hold(byte)
      }
    case .stringEscape(let kind):
      // Any other escape character ends an unfinished string and begins a new sequence.
      if byte == UInt8(ascii: "\\") { endString(kind) } else { begin(byte) }
    }
  }

  /// What follows the escape character.
  private mutating func begin(_ byte: UInt8) {
    held.removeAll(keepingCapacity: true)
    isTooLong = false
    switch byte {
    case UInt8(ascii: "["): state = .control
    case UInt8(ascii: "]"): state = .string(.operatingSystem)
    case UInt8(ascii: "_"): state = .string(.application)
    case UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"): state = .string(.other)
    case Self.escape: state = .escape
    default: state = .text
    }
  }

  private mutating func hold(_ byte: UInt8) {
    if held.count < Self.maximumLength { held.append(byte) } else { isTooLong = true }
  }

  /// `CSI ? 62 ; 4 ; 22 c`: primary device attributes, where the first is the class of the terminal and 4 is sixel; and
  /// the sizes in pixels, `CSI 6 ; height ; width t` of a cell and `CSI 4 ; height ; width t` of the text area. (xterm,
  /// ctlseqs.)
  private mutating func endControl(_ final: UInt8) {
    switch final {
    case UInt8(ascii: "c") where held.first == UInt8(ascii: "?"):
      knowsSixel = numbers(held.dropFirst()).dropFirst().contains(4)
      isComplete = true
    case UInt8(ascii: "t"):
      let numbers = numbers(held[...])
      guard numbers.count == 3, let width = numbers[2], width > 0 else { return }
      if numbers[0] == 6 { cellWidth = width }
      if numbers[0] == 4 { windowWidth = width }
    default: break
    }
  }

  /// `APC G i=31 ; OK ST` (kitty, graphics-protocol) and `OSC 1337 ; ReportCellSize = height ; width [; scale] ST`
  /// (iTerm2, proprietary escape codes; sizes in points, `scale` pixels each).
  private mutating func endString(_ kind: StringKind) {
    state = .text
    guard !isTooLong else { return }
    switch kind {
    case .application:
      guard held.first == UInt8(ascii: "G") else { return }
      let parts = held.dropFirst().split(separator: UInt8(ascii: ";"), maxSplits: 1)
      guard parts.count == 2, parts[1].elementsEqual("OK".utf8) else { return }
      let keys = parts[0].split(separator: UInt8(ascii: ","))
      if keys.contains(where: { $0.elementsEqual("i=31".utf8) }) { knowsKitty = true }
    case .operatingSystem:
      let prefix = "1337;ReportCellSize="
      guard held.starts(with: prefix.utf8) else { return }
      let sizes = held.dropFirst(prefix.utf8.count).split(separator: UInt8(ascii: ";")).map { part in
        Double(String(decoding: part, as: UTF8.self)) ?? .nan
      }
      guard (2...3).contains(sizes.count), sizes.allSatisfy({ $0 > 0 && $0 < 10_000 }) else { return }
      knowsITerm2 = true
      let width = sizes[1] * (sizes.count == 3 ? sizes[2] : 1)
      if (1...10_000).contains(width) { cellWidth = cellWidth ?? Int(width) }
    case .other: break
    }
  }

  /// The numbers between semicolons; nil for a field that is not a number or has more than 5 digits.
  private func numbers(_ bytes: ArraySlice<UInt8>) -> [Int?] {
    bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { digits in
      guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
  }
}
