import ArgumentParser
import Messages
import ModelMapping

/// `decant models`: the families of models whose names in several libraries are known.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models that 'convert --names' knows, and the libraries that have the same network.",
    discussion: """
      'decant inspect' says which of these models a file has. For other models, write rules ('decant rules' proposes \
      rules) or a pack of your own (docs/model-packs.md in Decant's source).

      Example: decant models
      Example: decant models bert
      """)

  @Argument(
    help: ArgumentHelp("Show the networks, classes and notes of this family.", valueName: "family"),
    completion: .list(ModelList.families))
  var family: String?

  func run() throws {
    guard let family else {
      Console.print("\(ModelList.table)\n'decant models FAMILY' shows networks, classes and notes.")
      return
    }
    guard let details = ModelList.details(of: family) else {
      let names = Message.list(ModelList.families.map { "\($0)" }).text
      throw ValidationError("There is no family '\(family)'. The families are \(names).")
    }
    Console.print(details)
  }
}
