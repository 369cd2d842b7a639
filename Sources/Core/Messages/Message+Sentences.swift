extension Message {
  /// The first of several sentences, and how many more there are: `One. Two. … and 3 more.`
  package static func sentences(_ all: [Message], upTo limit: Int = 3) -> Message {
    let rest: Message = all.count > limit ? " … and \(HumanText.grouped(all.count - limit)) more." : ""
    return "\(all.prefix(limit).joined(separator: " "))\(rest)"
  }

  /// The message with a capital first letter, as a sentence of its own.
  package var uppercasedFirst: Message { Message(safe: text.prefix(1).uppercased() + text.dropFirst()) }

  /// The message with a small first letter, as the end of a sentence.
  package var lowercasedFirst: Message { Message(safe: text.prefix(1).lowercased() + text.dropFirst()) }

  /// Sentences as lines, broken at spaces. Line breaks of the message stay.
  ///
  /// - Parameters:
  ///   - indent: spaces before the first line.
  ///   - width: columns of the terminal.
  ///   - hanging: spaces before the other lines; if nil, as many as before the first.
  /// - Returns: lines, each ended by a line break.
  package func wrapped(indent: Int, width: Int, hanging: Int? = nil) -> Message {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    func endLine() {
      lines.append(line)
      line = String(repeating: " ", count: hanging ?? indent)
      isEmpty = true
    }
    for (index, paragraph) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { endLine() }
      for word in paragraph.split(separator: " ", omittingEmptySubsequences: false) {
        if !isEmpty, line.count + 1 + word.count > width { endLine() }
        line += (isEmpty ? "" : " ") + word
        isEmpty = false
      }
    }
    return Message(safe: (lines + [line, ""]).joined(separator: "\n"))
  }
}
