import Examples
import Foundation
import TestSupport
import Testing

@Suite("Examples in the documentation")
struct ExamplesTests {
  /// A block of Swift in a page.
  struct Example: CustomTestStringConvertible, Sendable {
    let page: String
    let line: Int
    let lines: [String]

    var testDescription: String { "\(page):\(line)" }
  }

  /// The README, the pages of all catalogs and the comments of all sources.
  static let examples: [Example] = {
    let root = Fixture.packageRoot.path(percentEncoded: false)
    let sources = FileManager.default.enumerator(atPath: "\(root)/Sources")?.compactMap { $0 as? String } ?? []
    let pages = ["README.md"] + sources.filter { $0.hasSuffix(".md") || $0.hasSuffix(".swift") }.map { "Sources/\($0)" }
    return pages.sorted().flatMap { page -> [Example] in
      guard let text = try? String(contentsOfFile: "\(root)/\(page)", encoding: .utf8) else { return [] }
      return blocks(of: text.components(separatedBy: "\n"), page: page)
    }
  }()

  /// The compiled text, without indentation, imports and empty lines.
  static let compiled: [String] = {
    let files = ["Tests/Examples/Examples.swift", "Tests/DocumentationTests/ModuleExamples.swift"]
    return files.flatMap { file in
      let text = try? String(contentsOf: Fixture.packageRoot.appending(path: file), encoding: .utf8)
      return code((text ?? "").components(separatedBy: "\n"))
    }
  }()

  @Test("each is part of a program that compiles", arguments: examples)
  func compiles(example: Example) {
    let lines = Self.code(example.lines)
    guard !lines.isEmpty else { return }
    let starts = Self.compiled.indices.filter { Self.compiled[$0...].starts(with: lines) }
    #expect(!starts.isEmpty, "\(example.testDescription) is not compiled as the page has it; add it to Tests/Examples")
  }

  @Test("there are examples to compile")
  func found() {
    #expect(Self.examples.count >= 12)
    #expect(Self.examples.contains { $0.page == "README.md" })
    #expect(Self.examples.contains { $0.page.hasSuffix("FromCheckpointToSwiftArrays.md") })
  }

  @Test("the article's program runs")
  func articleRuns() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      for (name, fixture) in [
        ("model.ckpt-3000000", "scenes/model.ckpt-4222"), ("surfer.jpg", "scenes/images/scene-01.jpg"),
      ] {
        try FileManager.default.createSymbolicLink(
          atPath: directory.file(name), withDestinationPath: Fixture.path(fixture))
      }
      // A process of its own, so that no other test sees its directory change.
      #expect(FileManager.default.changeCurrentDirectoryPath(directory.path))
      try fromCheckpointToSwiftArrays()
    }
  }

  /// Lines that are compiled, without what may differ between a page and a function.
  private static func code(_ lines: [String]) -> [String] {
    lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }

  private static func blocks(of lines: [String], page: String) -> [Example] {
    var examples: [Example] = []
    var open: (line: Int, lines: [String])?
    for (number, line) in lines.enumerated() {
      var text = line.trimmingCharacters(in: .whitespaces)
      if page.hasSuffix(".swift") {
        guard text.hasPrefix("///") else { continue }
        text = text.dropFirst(3).trimmingCharacters(in: .whitespaces)
      }
      if text == "```swift" {
        open = (number + 1, [])
      } else if text == "```", let block = open {
        examples.append(Example(page: page, line: block.line, lines: block.lines))
        open = nil
      } else {
        open?.lines.append(text)
      }
    }
    return examples
  }
}
