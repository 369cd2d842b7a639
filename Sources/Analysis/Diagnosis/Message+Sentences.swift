internal import Messages

extension Message {
  /// The first of several sentences, and how many more there are: `One. Two. … and 3 more.`
  static func sentences(_ all: [Message], upTo limit: Int = 3) -> Message {
    let rest: Message = all.count > limit ? " … and \(HumanText.grouped(all.count - limit)) more." : ""
    return "\(all.prefix(limit).joined(separator: " "))\(rest)"
  }

  /// The message with a capital first letter, as a sentence of its own.
  var uppercasedFirst: Message { "\(text.prefix(1).uppercased())\(text.dropFirst())" }

  /// The message with a small first letter, as the end of a sentence.
  var lowercasedFirst: Message { "\(text.prefix(1).lowercased())\(text.dropFirst())" }

  /// Sentences as lines, broken at blanks.
  ///
  /// - Parameters:
  ///   - indent: blanks before the first line.
  ///   - width: columns of the terminal.
  ///   - hanging: blanks before the other lines; as many as before the first if nil.
  /// - Returns: lines, the last ended too.
  func wrapped(indent: Int, width: Int, hanging: Int? = nil) -> Message {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging ?? indent)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return .lines((lines + [line]).map { "\($0)" }, indent: 0)
  }
}
