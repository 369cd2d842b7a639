import Foundation
import TestSupport
import Testing

@Suite("Help and usage")
struct HelpTests {
  /// The names in the root help: what is indented by two blanks below the groups' headings.
  static let subcommands: [String] = {
    let help = (try? DecantCommand.run(["--help"]).output) ?? ""
    return help.matches(of: /(?m)^ {2}(\w+) {2}/).map { String($0.1) }
  }()

  @Test("the root help names every subcommand and the exit statuses")
  func rootHelp() throws {
    let outcome = try DecantCommand.run(["--help"])
    #expect(outcome.status == 0)
    let known = [
      "caption", "completions", "convert", "demo", "diff", "doctor", "explain", "inspect", "licenses", "man", "merge",
      "models", "recover", "rename", "report", "rules", "run_inference", "serve", "verify", "vocab",
    ]
    #expect(Self.subcommands.sorted() == known)
    for status in ["1", "64", "65", "66", "73", "74"] { #expect(outcome.output.contains(status)) }
  }

  @Test("the root help has the commands by what people want to do, each group with an example that works as typed")
  func groups() throws {
    let help = try DecantCommand.run(["--help"]).output
    let sections = help.components(separatedBy: "\n\n").filter { $0.contains("\n  Example: ") }
    let headings = sections.compactMap { $0.components(separatedBy: "\n").first }
    #expect(
      headings == [
        "LOOK INTO FILES:", "FIND OUT WHAT IS WRONG:", "CONVERT:", "COMPARE:", "CAPTION PICTURES:",
        "TRY IT, AND SET IT UP:",
      ])
    for section in sections {
      let example = try #require(section.firstMatch(of: /\n {2}Example: decant (\w+).*$/))
      #expect(section.contains("\n  \(example.1) "), "\(section)")
    }
    #expect(!help.contains("SUBCOMMANDS"))
    #expect(help.contains("See 'decant help <subcommand>' for detailed help."))
    #expect(try DecantCommand.run([]).output == help)
    #expect(try DecantCommand.run(["help"]).output == help)
  }

  @Test("every subcommand's help has an example that begins with its name", arguments: subcommands)
  func example(name: String) throws {
    let outcome = try DecantCommand.run([name, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Example: decant \(name) ") || outcome.output.contains("Example: decant \(name)\n"))
  }

  @Test(
    "a command that makes no sense is a usage error",
    arguments: [
      ["inspect"], ["convert", "model.ckpt"], ["inspect", "x", "--match", "("], ["inspect", "x", "--sort", "color"],
      ["inspect", "x", "--verify", "--no-verify"], ["convert", "x", "-o", "y.h5", "--names", "klingon"],
      ["convert", "x", "-o", "y", "--to", "coreml"], ["pour"], ["verify", "x", "--images", "."],
      ["inspect", "x", "--dot", "--json"], ["inspect", "x", "--first", "3"],
      ["inspect", "x", "--graph", "--depth", "1"],
      ["inspect", "x", "--stats", "--values", "y"], ["inspect", "x", "--graph", "--verify"],
      ["inspect", Fixture.path("checkpoints/v1-old-meta/model.ckpt.meta"), "--verify"],
      ["inspect", "x", "--match", "\u{1b}[31m("], ["\u{1b}[31mpour"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try DecantCommand.run(arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
    #expect(!outcome.errors.contains("\u{1b}"))
  }

  /// Something that does not exist, and what is said about it.
  struct Slip: CustomTestStringConvertible {
    let arguments: [String]
    let answer: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "an unknown command or option suggests the nearest",
    arguments: [
      Slip(arguments: ["inspct", "x"], answer: "Unknown command 'inspct'. Did you mean 'inspect'?"),
      Slip(arguments: ["cnovert"], answer: "Unknown command 'cnovert'. Did you mean 'convert'?"),
      Slip(arguments: ["VERIFY"], answer: "Did you mean 'verify'?"),
      Slip(arguments: ["help", "captoin"], answer: "Did you mean 'caption'?"),
      Slip(arguments: ["compare", "a", "b"], answer: "Did you mean 'diff'?"),
      Slip(arguments: ["expl"], answer: "Did you mean 'explain'?"),
      Slip(arguments: ["pour"], answer: "Unknown command 'pour'.\n"),
      Slip(
        arguments: [Fixture.path("scenes/model.ckpt-4222")],
        answer: "model.ckpt-4222' is a path, not a command. Say what to do with it, for example: decant inspect "),
      Slip(arguments: ["inspect", "x", "--verfy"], answer: "Unknown option '--verfy'. Did you mean '--verify'?"),
      Slip(
        arguments: ["caption", "x", "y", "--beam", "3"], answer: "Unknown option '--beam'. Did you mean '--beam-size'?"),
      Slip(
        arguments: ["inspect", "x", "--exchange-markers"],
        answer: "Unknown option '--exchange-markers'. It is an option of 'decant vocab'."),
      Slip(arguments: ["inspect", "x", "--xyzzyxyzzy"], answer: "Unknown option '--xyzzyxyzzy'\n"),
    ])
  func suggestions(slip: Slip) throws {
    let outcome = try DecantCommand.run(slip.arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(slip.answer), "\(outcome.errors)")
  }
}
