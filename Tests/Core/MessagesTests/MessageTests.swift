import Messages
import Testing

@Suite("Messages")
struct MessageTests {
  private let evil = "a\u{1b}[2Jb\nc\u{202e}"
  private let shown = "a\\u{1b}[2Jb\\nc\\u{202e}"

  @Test("escape what is put in, once, and say literally what the source says")
  func interpolation() {
    let inner: Message = "'\(evil)'"
    let message: Message = "\(evil):\n\(inner) \(evil[...]) \(7) \(UInt8(8)) \(1.5)"
    #expect(message.text == "\(shown):\n'\(shown)' \(shown) 7 8 1.5")
    #expect("\(message)" as Message == message)
    #expect("\(message)" as String == message.text)
  }

  @Test("escape other libraries' errors and lines, and not our own errors again")
  func errors() {
    struct Foreign: Error, CustomStringConvertible { let description: String }
    enum Ours: ErrorReason {
      case missing(String)
      var sentence: Message { "is missing beside '\(missing)'." }
      private var missing: String { if case .missing(let name) = self { name } else { "" } }
    }
    let ours = LocatedError(Ours.missing(evil), file: "f\u{7}", offset: 12, tensor: evil)
    #expect("\(Foreign(description: evil) as any Error)" as Message == Message(escapingLinesOf: shown))
    #expect(ours.description == "f\\u{7}: byte 12: tensor '\(shown)': is missing beside '\(shown)'.")
    #expect("\(ours as any Error)" as Message == ours.message)
    #expect(Message(escapingLinesOf: "usage:\n\u{1b}c\n").text == "usage:\n\\u{1b}c\n")
  }

  @Test("end long lists in one way")
  func lists() {
    let names = ["a", evil, "c", "d", "e", "f", "g"]
    #expect("\(names: names.prefix(1))" as Message == "'a'")
    #expect(("\(names: names.prefix(3))" as Message).text == "'a', '\(shown)' and 'c'")
    #expect("\(list: names, upTo: 1)" as Message == "a and 6 more")
    #expect("\(list: [String]())" as Message == "")
    #expect(Message.list(["a", "b"], of: 12_345) == "a, b and 12,343 more")
    #expect(Message.lines(["a", "b", "c"], indent: 4, upTo: 2) == "    a\n    b\n    … and 1 more\n")
    #expect(Message.lines(["a", "b"]) == "  a\n  b\n")
  }

  @Test("keep their line breaks when they are wrapped or begin in another case")
  func wrapping() {
    let message: Message = "two tensors are missing.\n  '\(evil)'"
    #expect(message.wrapped(indent: 2, width: 60).text == "  two tensors are missing.\n    '\(shown)'\n")
    #expect(("one two" as Message).wrapped(indent: 0, width: 5, hanging: 2).text == "one\n  two\n")
    #expect(message.uppercasedFirst.text == "Two tensors are missing.\n  '\(shown)'")
    #expect(message.uppercasedFirst.lowercasedFirst == message)
    #expect(Message.sentences(["One.", "Two.", "Three."], upTo: 2) == "One. Two. … and 1 more.")
  }

  @Test("are strings in JSON")
  func json() throws {
    #expect(try JSONText.document(["a": "\(evil)" as Message]).text.contains(#"\\u{1b}[2Jb\\nc"#))
  }
}
