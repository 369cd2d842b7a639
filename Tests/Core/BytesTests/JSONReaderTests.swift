import Messages
import Testing

@testable import Bytes

@Suite("Strict JSON")
struct JSONReaderTests {
  struct Defect: Sendable, CustomTestStringConvertible {
    let text: [UInt8]
    let reason: JSONError.Reason
    let offset: Int
    var testDescription: String { String(escapingInvalidUTF8: text) }

    init(_ text: String, _ reason: JSONError.Reason, at offset: Int) {
      self.init(Array(text.utf8), reason, at: offset)
    }

    init(_ text: [UInt8], _ reason: JSONError.Reason, at offset: Int) {
      self.text = text
      self.reason = reason
      self.offset = offset
    }
  }

  private static let defects: [Defect] = [
    Defect("", .endOfText, at: 0),
    Defect("{", .endOfText, at: 1),
    Defect(#"{"a""#, .endOfText, at: 4),
    Defect(#"{"a":1"#, .endOfText, at: 6),
    Defect(#"{"a":1,}"#, .expected("a string"), at: 7),
    Defect(#"{"a" 1}"#, .expected("':'"), at: 5),
    Defect(#"{"a":1 "b":2}"#, .expected("',' or '}'"), at: 7),
    Defect(#"{"a":1}x"#, .expected("the end of the text"), at: 7),
    Defect(#"{'a':1}"#, .expected("a string"), at: 1),
    Defect(#"{"a":1,"a":2}"#, .duplicateKey("a"), at: 7),
    Defect(#"{"a":1,"\u0061":2}"#, .duplicateKey("a"), at: 7),
    Defect(#"{"a":{"b":1,"b":1}}"#, .duplicateKey("b"), at: 12),
    Defect(#"{"a":[1,]}"#, .expected("a value"), at: 8),
    Defect(#"{"a":01}"#, .expected("a value"), at: 5),
    Defect(#"{"a":+1}"#, .expected("a value"), at: 5),
    Defect(#"{"a":NaN}"#, .expected("a value"), at: 5),
    Defect("-", .expected("a value"), at: 0),
    Defect("--1", .expected("a value"), at: 0),
    Defect("-01", .expected("a value"), at: 0),
    Defect("1.", .expected("a value"), at: 0),
    Defect(".5", .expected("a value"), at: 0),
    Defect("1.e5", .expected("a value"), at: 0),
    Defect("1e", .expected("a value"), at: 0),
    Defect("1e+", .expected("a value"), at: 0),
    Defect("0x1", .expected("a value"), at: 0),
    Defect("nulls", .expected("a value"), at: 0),
    Defect(#"{"a":"\x"}"#, .badEscape, at: 6),
    Defect(#"{"a":"\ud800"}"#, .badEscape, at: 6),
    Defect(#"{"a":"\ud800\u0041"}"#, .badEscape, at: 6),
    Defect(#"{"a":"\udc00"}"#, .badEscape, at: 6),
    Defect(#"{"a":"\u00g0"}"#, .badEscape, at: 6),
    Defect(#"{"a":"\u00"#, .endOfText, at: 10),
    Defect("{\"a\":\"\n\"}", .controlCharacter(10), at: 6),
    Defect(Array(#"{"a":""#.utf8) + [0xc0, 0x80] + Array(#""}"#.utf8), .badUTF8, at: 6),
    Defect(Array(#"{"a":""#.utf8) + [0xed, 0xa0, 0x80] + Array(#""}"#.utf8), .badUTF8, at: 6),
    Defect([0xef, 0xbb, 0xbf] + Array("{}".utf8), .expected("a value"), at: 0),
    Defect(String(repeating: "[", count: 17), .tooDeep, at: 16),
  ]

  @Test("each defect is found where it is", arguments: defects)
  func refused(defect: Defect) {
    let error = #expect(throws: JSONError.self) {
      var reader = JSONReader(defect.text)
      try reader.skipValue()
      try reader.readEnd()
    }
    #expect(error == JSONError(defect.reason, offset: defect.offset))
    #expect(error?.description.isEmpty == false)
  }

  @Test("values of other programs may be nested without limit, and are passed over without a look")
  func foreignValues() throws {
    let deep = String(repeating: #"{"a":["#, count: 50_000) + String(repeating: "]}", count: 50_000)
    for value in [deep, #"{"a\\": NaN, "]": "\"}"}"#, "[1,,]", "7", "\"x\"", "[]"] {
      var reader = JSONReader(Array("[\(value),5]".utf8))
      var count = 0
      try reader.readArray { reader in
        count += 1
        if count == 1 { try reader.skipForeignValue() } else { #expect(try reader.readCount() == 5) }
      }
      try reader.readEnd()
      #expect(count == 2)
    }
    for text in ["[", "[\"", "[\"\\", "{\"a\":[}", ""] {
      #expect(throws: JSONError.self) {
        var reader = JSONReader(Array(text.utf8))
        try reader.skipForeignValue()
      }
    }
  }

  @Test("a number may have a sign, a fraction and an exponent")
  func numbers() throws {
    for (text, value) in [("0", 0), ("-1.5", -1.5), ("0.1", 0.1), ("1e-05", 1e-05), ("2E3", 2000)] {
      var reader = JSONReader(Array(" \(text) ".utf8))
      #expect(try reader.readNumber() == value)
      try reader.readEnd()
    }
    for text in ["true", "null", "NaN", "01", "0x10", "\"1\"", "", "-"] {
      #expect(throws: JSONError.self) {
        var reader = JSONReader(Array(text.utf8))
        _ = try reader.readNumber()
      }
    }
  }

  @Test(
    "values of every kind are passed over, and what comes behind is read",
    arguments: [
      "{}", "[]", " [ 1 , -0.5e+3 , true , false , null , \"x\" ] ", #"{"a":{"b":[[{}]]}}"#, "0", "-0", "10.25", "1E5",
      String(repeating: "[", count: 16) + String(repeating: "]", count: 16),
    ])
  func healthy(text: String) throws {
    var reader = JSONReader(Array("\(text) 7".utf8))
    try reader.skipValue()
    #expect(try reader.readCount() == 7)
    try reader.readEnd()
  }

  @Test("strings are unescaped, pairs of surrogates too")
  func strings() throws {
    var reader = JSONReader(Array(#" "a\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é""#.utf8))
    #expect(try reader.readString() == "a\"\\/\u{8}\u{c}\n\r\té😀é")
    try reader.readEnd()
  }

  @Test(
    "counts are whole numbers that fit",
    arguments: [
      ("0", 0, nil), ("9223372036854775807", Int.max, nil), ("9223372036854775808", nil, .numberTooLarge),
      ("99999999999999999999", nil, .numberTooLarge), ("-1", nil, .expected("a whole number")),
      ("1.0", nil, .expected("a whole number")), ("1e3", nil, .expected("a whole number")),
      ("00", nil, .expected("a whole number")), ("\"1\"", nil, .expected("a whole number")),
      ("", nil, .expected("a whole number")),
    ] as [(String, Int?, JSONError.Reason?)])
  func counts(text: String, count: Int?, reason: JSONError.Reason?) throws {
    var reader = JSONReader(Array(text.utf8))
    if let count {
      #expect(try reader.readCount() == count)
    } else {
      #expect(throws: reason.map { JSONError($0, offset: 0) } ?? JSONError(.endOfText, offset: 0)) {
        try reader.readCount()
      }
    }
  }

  @Test("text cut at any byte throws and never traps")
  func truncated() {
    let text = Array(#"{"__metadata__":{"a\u00e9":"b"},"t":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#.utf8)
    for end in 0..<text.count {
      #expect(throws: JSONError.self, "cut at \(end)") {
        var reader = JSONReader(Array(text[..<end]))
        try reader.skipValue()
        try reader.readEnd()
      }
    }
  }

  @Test("what is written is read back", arguments: ["", "a", "\"\\\n\r\t\u{0}\u{1f}\u{7f}", "é\u{2028}😀", "</script>"])
  func text(text: String) throws {
    var reader = JSONReader(Array(JSONText.string(text).utf8))
    #expect(try reader.readString() == text)
    try reader.readEnd()
  }
}
