import ArgumentParser
import Essentials
import Files
import Messages

/// `decant man`: the manual, made from what `--help` shows.
struct ManCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man",
    abstract: "Print a page of the manual, or write all pages.",
    discussion: """
      The pages have the text of --help, in the format that man reads (roff).

      Example: decant man convert | man -l -
      Example: decant man --parents --output ~/.local/share/man/man1
      """)

  @Argument(help: "The command to print the page of (default: decant itself).")
  var command: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write all pages to this directory.", valueName: "directory"),
    completion: .directory)
  var output: String?

  @Flag(help: "Replace pages that exist.")
  var force = false

  @OptionGroup var outputs: OutputOptions

  func validate() throws {
    if command != nil, output != nil { throw ValidationError("--output writes all pages. Remove COMMAND or --output.") }
  }

  func run() throws {
    let pages = try ManualPage.all()
    if let output {
      try outputs.make(output.joined("decant.1")) {
        for page in pages {
          let file = try OutputFile(path: output.joined("\(page.name).1"), replacesExisting: force)
          let bytes = Array(page.text.utf8)
          try file.write(unsafe bytes.span.bytes, at: 0)
          try file.commit()
        }
      }
      return
    }
    let name = command.map { "decant-\($0)" } ?? "decant"
    guard let page = pages.first(where: { $0.name == name || $0.name == command }) else {
      throw ValidationError("There is no command '\(command ?? "")'. 'decant --help' lists the commands.")
    }
    Console.print(GeneratedText.message(page.text))
  }
}
