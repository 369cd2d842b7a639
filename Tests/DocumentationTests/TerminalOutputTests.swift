import Foundation
import TestSupport
import Testing

@Suite("Text reaches a terminal as a message, or not at all")
struct TerminalOutputTests {
  private static let console = "Command/DecantCommand/Console.swift"

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
    #expect(Self.files(with: /\bFoundation\.write\(|(?:^|[^.\w])write\([12],/) == [Self.console])
    #expect(Self.files(with: /\bConsole\.(?:print|say|log)\(/).allSatisfy { $0.hasPrefix("Command/") })
  }

  @Test("the console takes messages")
  func consoleTakesMessages() throws {
    let console = try #require(Self.sources.first { $0.path == Self.console }).code
    let parameters = console.matches(of: /\(_ (?:message|text): (\w+)/).map {
      String($0.1)
    }
    #expect(parameters.count >= 4)
    #expect(parameters.allSatisfy { $0 == "Message" })
  }

  @Test("only interpolation makes a message")
  func onlyInterpolation() {
    // Nothing is escaped by hand, so no one can forget to.
    #expect(Self.files(with: /\b\w*[eE]scapedForDisplay/).allSatisfy { $0.hasPrefix("Core/Messages/") })
    #expect(Self.files(with: /Message\(stringLiteral:|Message\(safe:/).allSatisfy { $0.hasPrefix("Core/Messages/") })
    // What the library for arguments says, line by line.
    #expect(
      Self.files(with: /Message\(escapingLinesOf:/).filter { !$0.hasPrefix("Core/Messages/") }
        == ["Command/DecantCommand/Decant.swift"])
    // It would print by itself.
    #expect(Self.files(with: /\.exit\(withError:|\.main\(/) == [])
  }
}
