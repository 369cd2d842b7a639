import Messages
import Testing

@testable import TerminalPictures

@Suite("What a terminal answers")
struct TerminalRepliesTests {
  /// An answer, and what it says.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var way: TerminalGraphics.Way?
    var isComplete = true
    var cellWidth: Int?
    var windowWidth: Int?

    init(
      _ name: String, _ text: String, _ way: TerminalGraphics.Way? = nil, isComplete: Bool = true,
      cellWidth: Int? = nil,
      windowWidth: Int? = nil
    ) {
      (testDescription, bytes) = (name, Array(text.utf8))
      (self.way, self.isComplete, self.cellWidth, self.windowWidth) = (way, isComplete, cellWidth, windowWidth)
    }
  }

  private static let kitty = "\u{1b}_Gi=31;OK\u{1b}\\"
  private static let iTerm2 = "\u{1b}]1337;ReportCellSize=17.0;8.0;2.0\u{1b}\\"
  private static let plain = "\u{1b}[?62;22c"
  private static let sixel = "\u{1b}[?62;4;22c"

  static let cases: [Case] = [
    Case("kitty", "\(kitty)\u{1b}[6;40;20t\u{1b}[4;960;1600t\(plain)", .kitty, cellWidth: 20, windowWidth: 1600),
    Case("kitty with more keys", "\u{1b}_Gi=31,I=7;OK\u{1b}\\\(plain)", .kitty),
    Case("kitty that cannot take pixels", "\u{1b}_Gi=31;EINVAL:no\u{1b}\\\(plain)"),
    Case("an answer to another question of kitty's kind", "\u{1b}_Gi=32;OK\u{1b}\\\(plain)"),
    Case("kitty, which also has sixel", "\(kitty)\(sixel)", .kitty),
    Case("iTerm2", "\(iTerm2)\(plain)", .iTerm2, cellWidth: 16),
    Case(
      "iTerm2 that ends its string with BEL", "\u{1b}]1337;ReportCellSize=17;8\u{07}\(sixel)", .iTerm2, cellWidth: 8),
    Case("a cell without a size", "\u{1b}]1337;ReportCellSize=nan;inf\u{1b}\\\(plain)"),
    Case("a cell of another count", "\u{1b}]1337;ReportCellSize=1\u{1b}\\\(plain)"),
    Case("sixel", sixel, .sixel),
    Case("sixel of tmux", "\u{1b}[?1;2;4c", .sixel),
    Case("no sixel: 4 is the terminal's class", "\u{1b}[?4;6c"),
    Case("no sixel: 44 is not 4", "\u{1b}[?62;44;14c"),
    Case("the secondary attributes are not the last answer", "\u{1b}[>0;4;1c", isComplete: false),
    Case("nothing", "", isComplete: false),
    Case("what was typed before", "ls -l\r\u{1b}[A\u{1b}OP\u{3}\(kitty)q\(plain)", .kitty),
    Case("what was typed between", "\u{1b}[A\(iTerm2)\u{1b}[1;5C\u{1b}x\(sixel)", .iTerm2, cellWidth: 16),
    Case("a mouse and a paste", "\u{1b}[<0;3;4M\u{1b}[200~\u{1b}[201~\(sixel)", .sixel),
    Case("an unfinished string before the last answer", "\u{1b}_Gi=31;O\(sixel)", .sixel),
    Case("a cancelled string", "\u{1b}_Gi=31;OK\u{18}\(plain)"),
    Case("an unfinished sequence before the last answer", "\u{1b}[6;4\(sixel)", .sixel),
    Case("numbers beyond any", "\u{1b}[6;99999999999999999999;99999999999999999999t\u{1b}[?62;4c", .sixel),
    Case("a size of zero", "\u{1b}[6;0;0t\(plain)"),
    Case("a size without width", "\u{1b}[4;960t\(plain)"),
    Case("an answer that is too long", "\u{1b}_Gi=31,\(String(repeating: "x", count: 1000));OK\u{1b}\\\(plain)"),
    Case("a sequence that is too long", "\u{1b}[?62;\(String(repeating: "4;", count: 1000))4c", isComplete: false),
    Case("a string that never ends", "\u{1b}]1337;\(String(repeating: "A", count: 100_000))", isComplete: false),
    Case("escapes alone", String(repeating: "\u{1b}", count: 1000) + "[?62;4c", .sixel),
    Case("what comes after the last answer", "\(plain)\(kitty)\(sixel)"),
    Case("a device control string in between", "\u{1b}P>|tool(1)\u{1b}\\\(sixel)", .sixel),
    Case("an empty answer", "\u{1b}[?c"),
  ]

  private static func check(_ replies: TerminalReplies, _ input: Case) {
    #expect(TerminalGraphics(replies, columnCount: nil, pixelWidth: nil)?.way == input.way)
    #expect(replies.isComplete == input.isComplete)
    #expect(replies.cellWidth == input.cellWidth)
    #expect(replies.windowWidth == input.windowWidth)
  }

  @Test("mean what they say, whole", arguments: cases)
  func whole(input: Case) {
    var replies = TerminalReplies()
    replies.take(input.bytes)
    Self.check(replies, input)
  }

  @Test("mean the same in two pieces, cut anywhere", arguments: cases.filter { $0.bytes.count < 200 })
  func split(input: Case) {
    for cut in input.bytes.indices {
      var replies = TerminalReplies()
      replies.take(input.bytes[..<cut])
      replies.take(input.bytes[cut...])
      Self.check(replies, input)
    }
  }

  @Test("every byte can be wrong, and the parser goes on")
  func garbage() {
    let good = Array("\(Self.kitty)\(Self.iTerm2)\u{1b}[6;40;20t\(Self.sixel)".utf8)
    var complete = 0
    for place in good.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = good
        bytes[place] = byte
        var replies = TerminalReplies()
        replies.take(bytes)
        complete += replies.isComplete ? 1 : 0
        // The last answer is complete unless a byte of its own was changed, or a changed byte ends the text earlier.
        if place < good.count - 12 { #expect(replies.isComplete, "\(place): \(byte)") }
      }
    }
    #expect(complete > good.count * 200)
  }

  @Test("the width of a picture is what the window has, and 480 at most")
  func widths() {
    func width(_ text: String, columns: Int?, pixels: Int?) -> Int? {
      var replies = TerminalReplies()
      replies.take(text.utf8)
      return TerminalGraphics(replies, columnCount: columns, pixelWidth: pixels)?.maximumWidth
    }
    #expect(width(Self.sixel, columns: 200, pixels: 2000) == 480)
    #expect(width(Self.sixel, columns: 40, pixels: 320) == 320)
    #expect(width("\u{1b}[4;100;200t\(Self.sixel)", columns: 80, pixels: nil) == 200)
    #expect(width("\u{1b}[6;20;10t\(Self.sixel)", columns: 20, pixels: nil) == 200)
    #expect(width(Self.sixel, columns: 20, pixels: nil) == 160)
    #expect(width(Self.sixel, columns: nil, pixels: nil) == 480)
    #expect(width(Self.sixel, columns: .max, pixels: nil) == 480)
  }

  @Test("what is in the way is said in words of its own", arguments: NoGraphics.allCases)
  func reasons(reason: NoGraphics) {
    #expect(reason.message.text.count > 20)
    #expect(NoGraphics.allCases.filter { $0.message == reason.message } == [reason])
  }
}
