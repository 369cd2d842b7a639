import Testing

@testable import Vocabulary

@Suite("Python literals")
struct PythonLiteralTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    /// The value, or why there is none.
    var value: Result<[UInt8], PythonLiteral.Damage>
    var testDescription: String { text }

    init(_ text: String, _ value: String) {
      self.text = text
      self.value = .success(Array(value.utf8))
    }

    init(_ text: String, bytes: [UInt8]) {
      self.text = text
      value = .success(bytes)
    }

    init(_ text: String, _ damage: PythonLiteral.Damage) {
      self.text = text
      value = .failure(damage)
    }
  }

  static let rows = [
    Row(#"b'a'"#, "a"), Row(#"b"'s""#, "'s"), Row(#"b'"'"#, "\""), Row(#"b'\'"'"#, "'\""), Row(#"B'a' 12"#, "a"),
    Row(#"b'\\'"#, "\\"), Row(#"b'\a\b\f\n\r\t\v'"#, bytes: [7, 8, 12, 10, 13, 9, 11]),
    Row(#"b'caf\xc3\xa9'"#, "café"), Row(#"b'\xFF\xfe'"#, bytes: [255, 254]), Row("b'é'", "é"),
    Row(#"b'\0'"#, bytes: [0]), Row(#"b'\07\1234\377'"#, bytes: [7, 0o123, UInt8(ascii: "4"), 255]),
    Row(#"b'\8\d\u00e9\N'"#, #"\8\d\u00e9\N"#), Row("b'a b' 3", "a b"), Row("b''", ""), Row("b\"\"\t1", ""),
    Row("'a'", "a"), Row("\"'s\"", "'s"), Row(#"'caf\xe9'"#, "café"), Row(#"'caf\xc3\xa9'"#, "café"),
    Row(#"u'caf\xe9'"#, "café"), Row(#"u'\xc3\xa9'"#, "Ã©"), Row(#"u'caf\u00e9'"#, "café"), Row(#"'\u732b'"#, "猫"),
    Row(#"u'\U0001f408'"#, "🐈"), Row(#"u'\ud83d\udc08'"#, "🐈"), Row("u'猫'", "猫"), Row(#"u'\777'"#, "ǿ"),
    Row(#"'\xe9\u732b'"#, "é猫"),
    Row("b'a", .unterminated), Row(#"b'a\'"#, .unterminated), Row(#"b'a\"#, .unterminated), Row("b'", .unterminated),
    Row("'s", .unterminated), Row("\"", .unterminated),
    Row("b'a'b", .trailingText), Row("b'a''", .trailingText), Row("''s", .trailingText),
    Row(#"b'\x'"#, .badEscape), Row(#"b'\xg0'"#, .badEscape), Row(#"b'\x1'"#, .badEscape), Row(#"b'\400'"#, .badEscape),
    Row(#"u'\u12'"#, .badEscape), Row(#"u'\U00110000'"#, .badEscape), Row(#"u'\ud83d'"#, .badEscape),
    Row(#"u'\ud83da'"#, .badEscape), Row(#"u'\udc08'"#, .badEscape), Row(#"u'\N{CAT}'"#, .badEscape),
    Row(#"u'\x+1'"#, .badEscape),
  ]

  @Test("escapes mean what they mean in Python", arguments: rows)
  func values(row: Row) {
    let parsed = Result { () throws(PythonLiteral.Damage) in
      try PythonLiteral(parsing: Array(row.text.utf8)[...])?.value
    }
    #expect(parsed == row.value.map(Optional.some))
  }

  @Test("text without a quote is not a literal", arguments: ["a", "", "b", "bb'a'", "r'a'", "br'a'", "<S>", "b 'a'"])
  func others(text: String) throws {
    #expect(try PythonLiteral(parsing: Array(text.utf8)[...]) == nil)
  }

  @Test("any bytes parse, to what can be written and read back, or fail, and never trap")
  func noise() throws {
    var parsedCount = 0
    var state: UInt64 = 7
    let alphabet = Array("b'\"u\\xXN{09af \t".utf8) + [0, 0x80, 0xc3, 0xff]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = Array("b'".utf8)
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      guard let literal = try? PythonLiteral(parsing: bytes[(state & 1 == 0 ? 0 : 1)...]) else { continue }
      parsedCount += 1
      #expect(
        try PythonLiteral(parsing: Array(PythonLiteral.text(of: literal.value).utf8)[...])?.value == literal.value)
    }
    #expect(parsedCount > 0)
  }
}
