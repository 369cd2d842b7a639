import Messages
import Testing

@Suite("Names from strangers")
struct EscapingTests {
  static let shown: [(text: String, shown: String)] = [
    ("lstm/basic_lstm_cell/kernel", "lstm/basic_lstm_cell/kernel"),
    ("a\nb\r\tc", "a\\nb\\r\\tc"),
    ("\u{1b}[31mred", "\\u{1b}[31mred"),
    ("\u{0}\u{7f}\u{85}", "\\u{0}\\u{7f}\\u{85}"),
    ("\u{202e}fdp", "\\u{202e}fdp"),
    ("\u{2028}\u{feff}", "\\u{2028}\\u{feff}"),
    ("カタログ/été 🐈", "カタログ/été 🐈"),
    ("", ""),
  ]

  @Test("Everything that could disturb a terminal is escaped, everything else stays", arguments: shown)
  func display(text: String, shown: String) {
    #expect(text.escapedForDisplay == shown)
  }

  @Test("Of lines only the breaks between them stay, and what is escaped stays as it is", arguments: shown)
  func lines(text: String, shown: String) {
    let lines = "\(text.replacing("\n", with: "\\n"))\nplain\n\n\(shown)\n"
    #expect(lines.linesEscapedForDisplay == "\(shown)\nplain\n\n\(shown)\n")
    #expect("a\r\nb\r".linesEscapedForDisplay == "a\\r\nb\\r")
  }

  @Test("Nouns follow their numbers", arguments: [(0, "0 bytes"), (1, "1 byte"), (2, "2 bytes"), (-1, "-1 bytes")])
  func counted(number: Int, text: String) {
    #expect(number.counted("byte") == text)
    #expect(number.noun("is", "are") == (number == 1 ? "is" : "are"))
    #expect(UInt64(1).counted("entry", "entries") == "1 entry")
  }

  @Test("JSON says the same and disturbs no terminal either")
  func json() {
    #expect(
      "{\n  \"a\": \"é\\u001b\u{9b}\u{7f}\u{202e}\u{e0001}🐈\"}".escapedForDisplayInJSON
        == "{\n  \"a\": \"é\\u001b\\u009b\\u007f\\u202e\\udb40\\udc01🐈\"}")
  }

  static let decoded: [(bytes: [UInt8], text: String)] = [
    ([], ""), ([0x61], "a"), ([0xc3, 0xa9], "é"), ([0xe9], "\\xe9"), ([0x61, 0xff, 0x62], "a\\xffb"),
    ([0xc3], "\\xc3"), ([0xc3, 0xa9, 0xc3], "é\\xc3"), ([0x05, 0xff], "\u{5}\\xff"),
    ([0xf0, 0x9f, 0x90, 0x88, 0x80], "🐈\\x80"),
    ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xc0, 0x80], "\\xc0\\x80"),
  ]

  @Test("Bytes that are no text are shown one by one", arguments: decoded)
  func invalid(bytes: [UInt8], text: String) {
    #expect(String(escapingInvalidUTF8: bytes) == text)
  }
}
