/// A place in a text that a person wrote.
public struct TextPosition: Equatable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// The byte within the line, from 1.
  public let column: Int
}

extension TextPosition {
  /// The place of a byte.
  init(of offset: Int, in bytes: [UInt8]) {
    let before = bytes.prefix(min(max(offset, 0), bytes.count))
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    self.init(line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - lineStart + 1)
  }
}
