import ArgumentParser
import Essentials

/// A command as the parser of arguments describes it to other tools. `--help` comes from the same declarations.
struct CommandDescription: Decodable {
  /// An argument, option or flag.
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String

      /// As it is typed.
      var typed: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: String
    let shouldDisplay: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?

    var isPositional: Bool { kind == "positional" }

    /// Whether the option may stand alone. The parser's description does not say so, only its help does.
    private var hasOptionalValue: Bool { kind == "option" && names?.contains { $0.name == "worker" } == true }

    /// What to type: `-o, --output <file>`.
    var synopsis: String {
      let value = valueName.map { hasOptionalValue ? "[<\($0)>]" : "<\($0)>" } ?? ""
      if isPositional { return value }
      // Short names first, as in the help.
      let names = (names ?? []).map(\.typed)
      let typed = (names.filter { !$0.hasPrefix("--") } + names.filter { $0.hasPrefix("--") }).joined(separator: ", ")
      return kind == "option" ? "\(typed) \(value)" : typed
    }

    /// What it means, with its values and its default as in the help.
    var meaning: String {
      let values = allValues.map { "values: \($0.joined(separator: ", "))" }
      let name = hasOptionalValue ? "default as flag" : "default"
      let notes = [values, defaultValue.map { "\(name): \($0)" }].compactMap(\.self).joined(separator: "; ")
      return [abstract ?? "", notes.isEmpty ? "" : "(\(notes))"].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  let commandName: String
  let abstract: String?
  let discussion: String?
  let subcommands: [CommandDescription]?
  let arguments: [Argument]?

  /// The root command.
  static func root() throws -> CommandDescription {
    struct Tool: Decodable { let command: CommandDescription }
    return try JSONDecoder().decode(Tool.self, from: Data(Decant._dumpHelp().utf8)).command
  }

  /// A subcommand; nil if there is none of this name.
  func subcommand(_ name: String) -> CommandDescription? { subcommands?.first { $0.commandName == name } }

  /// The long options, as they are typed.
  var options: [String] {
    (arguments ?? []).filter { !$0.isPositional && $0.shouldDisplay }.flatMap { $0.names ?? [] }.map(\.typed)
      .filter { $0.hasPrefix("--") }
  }
}
