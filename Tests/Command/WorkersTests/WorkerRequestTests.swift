import Messages
import Testing

@testable import Workers

@Suite("A line of a driver is a request, or an answer says why not")
struct WorkerRequestTests {
  private static func read(_ line: String) -> WorkerRequest { read(Array(line.utf8)) }
  private static func read(_ line: [UInt8]) -> WorkerRequest { WorkerRequest(line, known: ["path", "bytes"]) }

  @Test("ID and members, in any order, with others around them")
  func members() {
    let request = Self.read(#" {"x":[1,{"y":null}],"path":"a\u00e4\/b.jpg","id":"k","z":1e9} "#)
    #expect(request.failure == nil)
    #expect(request.id == .text("k"))
    #expect(request.members == ["path": "aä/b.jpg"])
  }

  @Test(
    "integers of any size come back digit by digit",
    arguments: ["0", "-7", "18446744073709551615", "123456789012345678901234567890"])
  func integers(digits: String) {
    let request = Self.read(#"{"id":\#(digits),"path":"a"}"#)
    #expect(request.failure == nil)
    #expect(request.id == .integer(digits))
    #expect(JSONValue.inLine(.array([request.id.json])).document.text == "[\(digits)]\n")
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let line: String
    var id = RequestID.none
    let words: String
    var testDescription: String { line }
  }

  @Test(
    "what is not a request is a bad request, with the ID if it was read",
    arguments: [
      Bad(line: "hello", words: "expected an object"), Bad(line: "[]", words: "expected an object"),
      Bad(line: "{}", words: "'id' is missing"), Bad(line: #"{"id":1"#, id: .integer("1"), words: "ends in the middle"),
      Bad(line: #"{"id":1.5,"path":"a"}"#, words: "neither a string nor an integer"),
      Bad(line: #"{"id":1e3,"path":"a"}"#, words: "neither a string nor an integer"),
      Bad(line: #"{"id":null}"#, words: "neither a string nor an integer"),
      Bad(line: #"{"id":[1]}"#, words: "neither a string nor an integer"),
      Bad(line: #"{"id":01}"#, words: "expected a value"), Bad(line: #"{"id":-}"#, words: "expected a value"),
      Bad(line: #"{"id":1,"id":2}"#, id: .integer("1"), words: "occurs twice"),
      Bad(line: #"{"id":1,"path":2}"#, id: .integer("1"), words: "'path' must be a string"),
      Bad(line: #"{"id":1} x"#, id: .integer("1"), words: "expected the end"),
      Bad(line: #"{"id":"\ud800"}"#, words: "escape"),
      Bad(
        line: #"{"id":1,"deep":"# + String(repeating: "[", count: 100_000), id: .integer("1"),
        words: "nested too deeply"),
      Bad(line: #"{"id":""# + String(repeating: "x", count: 70_000) + #""}"#, words: "longer than 65536 bytes"),
    ])
  func bad(row: Bad) {
    let request = Self.read(row.line)
    #expect(request.id == row.id)
    #expect(request.failure?.code == .badRequest)
    #expect(request.failure?.message.text.contains(row.words) == true, "\(String(describing: request.failure))")
  }

  @Test(
    "text that is not UTF-8 is a bad request", arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    let request = Self.read(Array(#"{"id":1,"path":""#.utf8) + bytes + Array(#""}"#.utf8))
    #expect(request.id == .integer("1"))
    #expect(request.failure?.message.text.contains("not UTF-8") == true)
  }
}
