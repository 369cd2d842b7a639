import Foundation
import TestSupport
import Testing

@Suite("Text reaches a terminal as a message or not at all, and pictures are made from pixels")
struct TerminalOutputTests {
  private static let console = "Command/DecantCommand/Console.swift"
  private static let pictures = "Presentation/TerminalPictures"

  /// The Swift of `Sources` without comments, by path.
  private static let sources: [(path: String, code: String)] = {
    let root = Fixture.packageRoot.appending(path: "Sources").path(percentEncoded: false)
    let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".swift") }.compactMap { path in
      (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)).map { text in
        let lines = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        // Console's own is called with its name before it.
        return (path, lines.joined(separator: "\n").replacing("static func print(", with: ""))
      }
    }
  }()

  private static func files(with pattern: some RegexComponent) -> [String] {
    sources.filter { $0.code.contains(pattern) }.map(\.path).sorted()
  }

  @Test("one file writes to standard output and standard error")
  func oneWriter() {
    #expect(Self.sources.count > 300)
    #expect(Self.files(with: /(?:^|[^.\w])(?:print|debugPrint|dump|puts|fputs|putchar|printf|vprintf|fprintf)\(/) == [])
    #expect(Self.files(with: /\b(?:FileHandle|stdout|stderr|NSLog|TextOutputStream|STD(?:OUT|ERR)_FILENO)\b/) == [])
    // The input of workers writes to a pipe within the process, to wake a thread.
    let writers = Self.files(with: /\b(?:Foundation|Essentials)\.write\(|(?:^|[^.\w])write\([12],/)
    #expect(writers == [Self.console, "Command/Workers/WorkerInput.swift"])
    #expect(Self.files(with: /\bConsole\.(?:print|say|log|show)\(/).allSatisfy { $0.hasPrefix("Command/") })
  }

  @Test("the console takes messages")
  func consoleTakesMessages() throws {
    let console = try #require(Self.sources.first { $0.path == Self.console }).code
    let parameters = console.matches(of: /\(_ (?:message|text): (\w+)/).map {
      String($0.1)
    }
    #expect(parameters.count >= 4)
    #expect(parameters.allSatisfy { $0 == "Message" })
    // What others can call takes a message or a picture; bytes are those of one of the two.
    let own = console.prefix(upTo: try #require(console.range(of: "struct ProgressLine")).lowerBound)
    let callable = own.matches(of: /(?m)^  ((?:private )?)static func (\w+)\(_ \w+: (\w+)/)
    let others = callable.filter { $0.1.isEmpty && $0.3 != "Message" }.map { "\($0.2): \($0.3)" }
    #expect(others == ["show: TerminalPicture"])
    let written = own.matches(of: /\bwrite\(((?:Array|picture)[.(][^\s]*)/).map { String($0.1) }
    #expect(written.count == 2)
    #expect(written.allSatisfy { $0.hasPrefix("Array(message.text.utf8)") || $0.hasPrefix("picture.bytes[") })
  }

  @Test("a picture for a terminal is made from pixels, and from nothing that has text")
  func picturesFromPixels() throws {
    let picture = try #require(Self.sources.first { $0.path == "\(Self.pictures)/TerminalPicture.swift" }).code
    // The bytes are set by the one initializer, which takes pixels and what the terminal can.
    #expect(picture.contains("package let bytes: [UInt8]"))
    let makers = picture.matches(of: /(?:package |public )?init\??\((.*?)\)/).map { String($0.1) }
    #expect(makers == ["_ image: DrawnImage, on graphics: TerminalGraphics"])
    #expect(Self.files(with: /extension TerminalPicture\b|TerminalPicture\(bytes/) == [])
    // Pixels and numbers: no type that a picture is made from has text in it, but for a decoder's warning, which is not drawn.
    for path in [
      "Inference/Images/DrawnImage.swift", "Inference/Images/PaletteImage.swift",
      "\(Self.pictures)/TerminalGraphics.swift",
    ] {
      let code = try #require(Self.sources.first { $0.path == path }).code
      #expect(!code.contains(/\b(?:String|Substring|Message|Character)\b/), "\(path)")
    }
    let encoders = ["TerminalPicture", "SixelEncoder", "MedianCut"]
    for name in encoders {
      let code = try #require(Self.sources.first { $0.path == "\(Self.pictures)/\(name).swift" }).code
      #expect(!code.contains(/\b(?:String|Substring|Message|Character|warning)\b/), "\(name)")
    }
  }

  @Test("the terminal is asked the same questions always, by one file")
  func questions() throws {
    let path = "\(Self.pictures)/TerminalQuestions.swift"
    #expect(Self.files(with: /\/dev\/(?:tty|pts|console|stdout|stderr)/) == [path])
    let code = try #require(Self.sources.first { $0.path == path }).code
    let questions = try #require(
      code.firstMatch(of: /static let bytes = Array\(\s*"""(.*?)"""\.utf8\)/.dotMatchesNewlines()))
    #expect(!questions.1.contains("\\("), "nothing is put in")
    // One write, of those bytes.
    #expect(code.matches(of: /\bwrite\(/).count == 1)
    #expect(code.contains("unsafe write(terminal, bytes.baseAddress.map"))
    #expect(code.contains("unsafe bytes.withUnsafeBytes"))
  }

  @Test("only interpolation makes a message")
  func onlyInterpolation() {
    // Nothing is escaped by hand, so no one can forget to.
    #expect(Self.files(with: /\b\w*[eE]scapedForDisplay/).allSatisfy { $0.hasPrefix("Core/Messages/") })
    #expect(Self.files(with: /Message\(stringLiteral:|Message\(safe:/).allSatisfy { $0.hasPrefix("Core/Messages/") })
    // What the library for arguments says, line by line.
    #expect(
      Self.files(with: /Message\(escapingLinesOf:/).filter { !$0.hasPrefix("Core/Messages/") }
        == ["Command/DecantCommand/Decant.swift", "Command/DecantCommand/GeneratedText.swift"])
    // It would print by itself.
    #expect(Self.files(with: /\.exit\(withError:|\.main\(/) == [])
  }
}
