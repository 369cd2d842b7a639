import ArgumentParser
import Messages

/// A page of the manual, in the language of `man` (see groff_man(7)), with the words of `--help`.
struct ManualPage {
  /// `decant` or `decant-inspect`: the name of the page.
  let name: String
  /// The page.
  let text: String

  /// The page of a command, or of the root.
  init(_ command: CommandDescription, root: CommandDescription) {
    let isRoot = command.commandName == root.commandName
    name = isRoot ? root.commandName : "\(root.commandName)-\(command.commandName)"
    var page = Roff()
    page.line(".TH \(name.uppercased()) 1 \(DecantVersion.date) \"Decant \(DecantVersion.current)\" \"User Commands\"")
    // A name that is broken at a hyphen could not be copied.
    page.line(".nh")
    page.line(".ad l")
    page.section("NAME")
    page.text("\(name) - \((command.abstract ?? "").trimmingPeriod)")
    page.section("SYNOPSIS")
    page.text(Self.usage(of: isRoot ? nil : command.commandName))
    let paragraphs = (command.discussion ?? "").split(separator: "\n\n").map(String.init)
    let examples = paragraphs.filter { $0.hasPrefix("Example: ") }
    page.section("DESCRIPTION")
    page.text(command.abstract ?? "")
    for paragraph in paragraphs where !paragraph.hasPrefix("Example: ") { page.paragraph(paragraph) }
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    page.list("ARGUMENTS", arguments.filter(\.isPositional))
    page.list("OPTIONS", arguments.filter { !$0.isPositional })
    if isRoot {
      page.section("COMMANDS")
      for group in HelpGroup.all {
        page.line(".SS \"\(Roff.escape(group.name))\"")
        for subcommand in group.commands {
          let configuration = subcommand.configuration
          page.item("\(configuration.commandName ?? "")", configuration.abstract)
        }
        page.paragraph("Example:")
        page.example([group.example])
      }
    } else if !examples.isEmpty {
      page.section("EXAMPLES")
      page.example(
        examples.flatMap { $0.split(separator: "\n") }.map { String($0.replacing("Example: ", with: "")) })
    }
    page.section("SEE ALSO")
    let others =
      isRoot ? HelpGroup.commands.compactMap { $0.configuration.commandName }.sorted() : []
    let pages = isRoot ? others.map { "\(root.commandName)-\($0)" } : [root.commandName]
    for (index, other) in pages.enumerated() {
      page.line(".BR \(Roff.escape(other)) (1)\(index + 1 < pages.count ? "," : "")")
    }
    text = page.lines.joined(separator: "\n") + "\n"
  }

  /// All pages, the root's first.
  static func all() throws -> [ManualPage] {
    let root = try CommandDescription.root()
    let names = HelpGroup.commands.compactMap { $0.configuration.commandName }
    return [ManualPage(root, root: root)] + names.compactMap(root.subcommand).map { ManualPage($0, root: root) }
  }

  /// How to type it, on one line.
  private static func usage(of name: String?) -> String {
    let command = HelpGroup.commands.first { $0.configuration.commandName == name }
    let text = command.map { Decant.usageString(for: $0) } ?? Decant.usageString()
    let words = text.split(whereSeparator: \.isWhitespace)
    return (words.first?.lowercased() == "usage:" ? words.dropFirst() : words[...]).joined(separator: " ")
  }
}

extension String {
  fileprivate var trimmingPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}

/// Lines in the language of `man`.
private struct Roff {
  private(set) var lines: [String] = []

  /// Text in which nothing is a command. A hyphen that a person may copy must be that of ASCII.
  static func escape(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }

  mutating func line(_ line: String) { lines.append(line) }

  mutating func section(_ name: String) { line(".SH \(name)") }

  /// Text that is filled. Short lines, because other tools that read pages want them.
  mutating func text(_ text: String) {
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, line.count + 1 + word.count > 72 {
        lines.append(Self.escape(line))
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(Self.escape(line)) }
  }

  mutating func paragraph(_ text: String) {
    line(".PP")
    self.text(text)
  }

  /// Lines to type, as they are.
  mutating func example(_ commands: [String]) {
    line(".RS 4")
    line(".nf")
    lines += commands.map(Self.escape)
    line(".fi")
    line(".RE")
  }

  /// What can be typed, and what it means.
  mutating func item(_ label: String, _ meaning: String) {
    line(".TP")
    line(".B \(Self.escape(label))")
    text(meaning)
  }

  mutating func list(_ section: String, _ arguments: [CommandDescription.Argument]) {
    guard !arguments.isEmpty else { return }
    self.section(section)
    for argument in arguments {
      item(argument.synopsis, argument.meaning)
      for paragraph in (argument.discussion ?? "").split(separator: "\n\n") {
        line(".IP")
        text(String(paragraph))
      }
    }
  }
}
