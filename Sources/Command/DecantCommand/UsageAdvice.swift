import ArgumentParser
import Essentials
import Files
import Messages

/// What to say to a person who typed a command or an option that does not exist; the parser of arguments suggests only some.
enum UsageAdvice {
  /// What other programs call these things.
  private static let synonyms = [
    "info": "inspect", "show": "inspect", "list": "inspect", "ls": "inspect", "dump": "inspect", "cat": "inspect",
    "view": "report", "html": "report", "browse": "serve", "check": "doctor", "diagnose": "doctor", "repair": "recover",
    "fix": "doctor", "export": "convert", "compare": "diff", "validate": "verify", "predict": "caption",
    "infer": "caption", "example": "demo", "completion": "completions", "manual": "man", "license": "licenses",
  ]

  private static var commandNames: [String] { HelpGroup.commands.compactMap { $0.configuration.commandName } }

  private static func isCommand(_ word: String) -> Bool {
    Decant.configuration.subcommands.contains { $0.configuration.commandName == word }
  }

  /// What to say about the first word if it is not a command; nil if it is one, or an option.
  static func aboutCommand(_ arguments: [String]) -> Message? {
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let word = words.first, !word.hasPrefix("-"), word != "help", !isCommand(word) else { return nil }
    let end: Message = "\n  See 'decant --help' for all commands."
    if FileState(path: word) != nil || FileState(path: word + ".index") != nil {
      return
        "Error: '\(word)' is a path, not a command. Say what to do with it, for example: decant inspect \(word)\(end)"
    }
    guard let name = synonyms[word.lowercased()] ?? NearestName.match(word, in: commandNames) else {
      return "Error: Unknown command '\(word)'.\(end)"
    }
    return "Error: Unknown command '\(word)'. Did you mean '\(name)'?\(end)"
  }

  /// The parser's message about an unknown option, with a suggestion if it has none.
  static func complete(_ message: String, arguments: [String]) -> String {
    guard let found = message.firstMatch(of: /^Error: Unknown option '(--[^'\s]+)'\n/),
      let root = try? CommandDescription.root(),
      let command = arguments.first.flatMap({ root.subcommand($0) })
    else { return message }
    let option = String(found.1)
    let rest = message[found.range.upperBound...]
    if let near = NearestName.match(option, in: command.options) {
      return "Error: Unknown option '\(option)'. Did you mean '\(near)'?\n\(rest)"
    }
    let others = (root.subcommands ?? []).filter { $0.options.contains(option) }.map(\.commandName)
    guard !others.isEmpty else { return message }
    let list = Message.list(others.map { "'decant \($0)'" }).text
    return "Error: Unknown option '\(option)'. It is an option of \(list).\n\(rest)"
  }
}
