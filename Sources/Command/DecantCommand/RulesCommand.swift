import ArgumentParser
import Essentials
import Files
import Messages
import ModelMapping
import TensorFiles
import Tensors

/// `decant rules`: rename rules for a model that no pack knows, as a start.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Propose rules for 'convert --rename' by comparing names and shapes with those that you need.",
    discussion: """
      The second file is a weight file with the names and shapes that you need (such as one that your program saved \
      with random weights), or JSON: {"encoder.weight": [768, 768], "encoder.bias": [768]}.

      Decant writes the rules to standard output, and what they leave open to standard error. Shapes cannot tell \
      everything: look at every rule, and try them with 'decant convert --rename RULES.json --dry-run'.

      Example: decant rules model.ckpt names.json > rules.json
      """)

  @Argument(help: ArgumentHelp("The checkpoint or weight file to rename.", valueName: "source"), completion: .file())
  var source: String

  @Argument(
    help: ArgumentHelp("A weight file or a JSON file with the names and shapes that you need.", valueName: "target"),
    completion: .file())
  var target: String

  @OptionGroup var reading: ReadingOptions

  /// How many names of a list are shown.
  private static let shownCount = 12

  func run() throws {
    let proposal = RuleProposal(
      from: try TensorFile.open(source, options: reading.value).descriptors, to: try targets())
    Console.print(GeneratedText.message(proposal.json))
    let rest = proposal.unmatched.count
    Console.log(
      "\(proposal.matchedCount.counted("tensor")) matched, \(rest.counted("tensor")) of the source and "
        + "\(proposal.missing.count) of the target left over")
    Self.show("left over in the source", proposal.unmatched.map { "\($0)" })
    Self.show("no rule leads to", proposal.missing.map { "\($0)" })
    Self.show("check these rules", proposal.doubts)
  }

  private static func show(_ title: Message, _ rows: [Message]) {
    guard !rows.isEmpty else { return }
    let list = Message.lines(rows, upTo: shownCount)
    Console.log("\(title):\n\(list)")
  }

  /// The names and shapes that the user needs.
  private func targets() throws -> [RuleProposal.Target] {
    let file = try? InputFile(path: target)
    if let file, file.byteCount <= RuleProposal.maximumFileByteCount,
      let targets = RuleProposal.targets(json: try file.read(at: 0, count: file.byteCount))
    {
      return targets
    }
    return try TensorFile.open(target, options: reading.value).descriptors.map {
      RuleProposal.Target(name: $0.name, dimensions: $0.shape.dimensions)
    }
  }
}
