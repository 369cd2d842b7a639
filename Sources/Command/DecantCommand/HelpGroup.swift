import ArgumentParser

/// Commands for one thing that people want to do, with an example; the root help shows them in this order.
struct HelpGroup {
  let name: String
  let commands: [any ParsableCommand.Type]
  let example: String

  static let all = [
    HelpGroup(
      name: "Look into files", commands: [InspectCommand.self, ReportCommand.self, ServeCommand.self],
      example: "decant inspect model.ckpt-3000000"),
    HelpGroup(
      name: "Find out what is wrong", commands: [DoctorCommand.self, RecoverCommand.self],
      example: "decant doctor downloads/"),
    HelpGroup(
      name: "Convert",
      commands: [
        ConvertCommand.self, ModelsCommand.self, RulesCommand.self, MergeCommand.self, RenameCommand.self,
        VocabCommand.self,
      ],
      example: "decant convert model.ckpt-3000000 -o weights.safetensors"),
    HelpGroup(
      name: "Compare", commands: [DiffCommand.self, VerifyCommand.self],
      example: "decant verify model.ckpt-3000000 weights.safetensors"),
    HelpGroup(
      name: "Caption pictures", commands: [CaptionCommand.self, ExplainCommand.self, RunInferenceCommand.self],
      example: "decant caption im2txt.safetensors photos/"),
    HelpGroup(
      name: "Try it, and set it up",
      commands: [DemoCommand.self, CompletionsCommand.self, ManCommand.self, LicensesCommand.self],
      example: "decant demo"),
  ]

  /// All commands for people, in this order.
  static var commands: [any ParsableCommand.Type] { all.flatMap(\.commands) }

  /// What the parser of arguments needs to know.
  var commandGroup: CommandGroup { CommandGroup(name: name, subcommands: commands) }

  /// The root help with the name of each group as its heading, and the group's example at its end.
  static func arrange(_ help: String) -> String {
    all.reduce(help) { text, group in
      let heading = group.name.uppercased()
      guard let found = text.firstRange(of: "\(heading) SUBCOMMANDS:\n") else { return text }
      let rest = text[found.upperBound...]
      let end = rest.firstRange(of: "\n\n")?.lowerBound ?? text.endIndex
      return "\(text[..<found.lowerBound])\(heading):\n\(rest[..<end])\n  Example: \(group.example)\(text[end...])"
    }
  }
}
