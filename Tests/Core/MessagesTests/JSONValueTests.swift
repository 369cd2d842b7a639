import Testing

@testable import Messages

@Suite("JSON in the order given")
struct JSONValueTests {
  @Test("members and elements have lines of their own, and what is in line has one")
  func lines() {
    let value = JSONValue.object([
      ("name", .string("a\u{9b}\n")), ("absent", nil), ("none", .array([])),
      ("rows", .array([.inLine(.object([("n", .integer(1)), ("x", .array([.number(0.5), .boolean(true)]))]))])),
    ])
    #expect(
      value.document == """
        {
          "name": "a\\u009b\\n",
          "none": [],
          "rows": [
            {"n": 1, "x": [0.5, true]}
          ]
        }

        """)
  }
}
