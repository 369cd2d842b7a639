/// Commands as a person types them into a POSIX shell.
package enum ShellText {
  /// The words of a command, each quoted if necessary.
  package static func command(_ words: String...) -> String { command(words) }

  /// The words of a command, each quoted if necessary.
  package static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// A word that the shell takes literally: plain, in quotes, or in `$'…'` if a terminal must not see its bytes.
  package static func quoted(_ word: String) -> String {
    if !word.isEmpty, word.utf8.allSatisfy(isPlain) { return word }
    if word.unicodeScalars.allSatisfy({ isPrintable($0) }) {
      return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
    var text = "$'"
    for scalar in word.unicodeScalars {
      if scalar == "'" || scalar == "\\" {
        text += "\\" + String(scalar)
      } else if isPrintable(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        for byte in String(scalar).utf8 { text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
      }
    }
    return text + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+=:,@%".utf8.contains(byte)
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    String(scalar).escapedForDisplay.unicodeScalars.count == 1
  }
}
