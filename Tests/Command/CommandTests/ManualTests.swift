import Foundation
import TestSupport
import Testing

@Suite("The manual, completions and licenses")
struct ManualTests {
  /// The words of a text, with nothing of roff or of the layout of `--help`.
  private static func words(_ text: String) -> [Substring] {
    text.replacing("\\&", with: "").replacing("\\-", with: "-").replacing("\\e", with: "\\")
      .split(whereSeparator: \.isWhitespace)
  }

  @Test("a page says what --help says, word for word", arguments: ["decant"] + HelpTests.subcommands)
  func sameWords(name: String) throws {
    let isRoot = name == "decant"
    let page = try DecantCommand.run(["man"] + (isRoot ? [] : [name]))
    #expect(page.status == 0, "\(page.errors)")
    let help = try DecantCommand.run((isRoot ? [] : [name]) + ["--help"], environment: ["COLUMNS": "100"]).output
    // Requests of roff are lines that begin with a dot; `.B` and `.BR` have text.
    let lines = page.output.split(separator: "\n").map { line in
      line.hasPrefix(".B ") ? line.dropFirst(3) : line.hasPrefix(".") ? "" : line
    }
    let shown = Self.words(lines.joined(separator: "\n")).map(String.init)
    var rest = shown[...]
    // Headings, and what points to --help itself, are not in a page; examples come last there.
    let sections = help.components(separatedBy: "\n\n")
    for section in sections where !section.contains("Example: ") && !section.hasPrefix("  See '") {
      let body = section.replacing(/^(?:OVERVIEW|USAGE|ARGUMENTS|OPTIONS):\s/, with: "")
      let text = Self.words(body).joined(separator: " ")
      #expect(shown.joined(separator: " ").contains(text) || section.hasPrefix("OPTIONS"), "\(name): \(section)")
      if section.hasPrefix("OPTIONS") || section.hasPrefix("ARGUMENTS") {
        for word in Self.words(body) {
          guard let index = rest.firstIndex(of: String(word)) else {
            Issue.record("\(name): '\(word)' of --help is not in the page, or not in that order")
            break
          }
          rest = rest[rest.index(after: index)...]
        }
      }
    }
    for example in help.matches(of: /(?m)^ *Example: (.*)$/) {
      #expect(shown.joined(separator: " ").contains(Self.words(String(example.1)).joined(separator: " ")))
    }
    #expect(page.output.hasPrefix(".TH \(isRoot ? "DECANT" : "DECANT-\(name.uppercased())") 1 "))
  }

  @Test("man --output writes a page per command, and replaces none unless it is told to")
  func pages() throws {
    let scratch = try TemporaryDirectory()
    let directory = "\(scratch.path)/man1"
    let arguments = ["man", "--output", directory]
    #expect(try DecantCommand.run(arguments).status == 73)
    #expect(try DecantCommand.run(arguments + ["--parents"]).status == 0)
    let written = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    #expect(written == (["decant.1"] + HelpTests.subcommands.map { "decant-\($0).1" }).sorted())
    for name in written {
      let text = try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
      let command = name.dropFirst("decant-".count).dropLast(2)
      #expect(try DecantCommand.run(["man"] + (name == "decant.1" ? [] : ["\(command)"])).output == text)
    }
    #expect(try DecantCommand.run(arguments).status == 73)
    #expect(try DecantCommand.run(arguments + ["--force"]).status == 0)
    #expect(try DecantCommand.run(["man", "pour"]).errors.contains("There is no command 'pour'."))
    #expect(try DecantCommand.run(["man", "inspect", "--output", "x"]).status == 64)
  }

  @Test(
    "completions name every command, and shells that are installed accept them", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try DecantCommand.run(["completions", shell])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for name in HelpTests.subcommands { #expect(outcome.output.contains(name), "\(name)") }
    #expect(outcome.output == (try DecantCommand.run(["--generate-completion-script", shell]).output))
    let program = "/usr/bin/\(shell)"
    guard FileManager.default.isExecutableFile(atPath: program) else { return }
    let scratch = try TemporaryDirectory()
    let check = Process()
    check.executableURL = URL(filePath: program)
    check.arguments = ["-n", try scratch.write(Array(outcome.output.utf8), to: "completions")]
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0)
  }

  @Test("licenses names every part with its version, and prints the text of each")
  func licenses() throws {
    let table = try DecantCommand.run(["licenses"])
    #expect(table.status == 0, "\(table.errors)")
    let parts = [
      "decant", "hdf5", "libaec", "protobuf-c", "zlib", "bzip2", "xz", "zstd", "openssl", "libjpeg-turbo", "libpng",
      "glibc", "gcc",
      "swift-argument-parser", "swift-nio", "swift-atomics", "swift-collections", "swift",
    ]
    let rows = table.output.matches(of: /(?m)^ {2}(\S+) +(\d\S*) +(\S.*)$/).map { String($0.1) }
    #expect(rows.sorted() == parts.sorted())
    for part in parts {
      let text = try DecantCommand.run(["licenses", part])
      #expect(text.status == 0)
      #expect(text.output.count > 1000, "\(part)")
      #expect(text.output.contains(/(?i)copyright/), "\(part)")
    }
    let all = try DecantCommand.run(["--licenses"])
    #expect(all.output == (try DecantCommand.run(["licenses", "--all"]).output))
    #expect(all.output.hasPrefix(table.output.prefix(200)))
    let folder = Fixture.packageRoot.appending(path: "packaging/licenses").path(percentEncoded: false)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }
    #expect(files.count > 10)
    for file in files {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      #expect(all.output.contains("==== \(file.dropLast(4)) ====\n\n\(text)"), "\(file)")
    }
    #expect(try DecantCommand.run(["licenses", "curl"]).status == 64)
  }
}
