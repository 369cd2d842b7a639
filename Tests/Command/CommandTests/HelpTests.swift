import Foundation
import TestSupport
import Testing

@Suite("Help and usage")
struct HelpTests {
  /// The names in the root help: what is indented by two blanks under SUBCOMMANDS.
  static let subcommands: [String] = {
    let help = (try? DecantCommand.run(["--help"]).output) ?? ""
    let list = help.components(separatedBy: "SUBCOMMANDS:\n").last ?? ""
    return list.split(separator: "\n").prefix { $0.hasPrefix("  ") }
      .compactMap { $0.firstMatch(of: /^ {2}(\w+) {2}/).map { String($0.1) } }
  }()

  @Test("the root help names every subcommand and the exit statuses")
  func rootHelp() throws {
    let outcome = try DecantCommand.run(["--help"])
    #expect(outcome.status == 0)
    let known = [
      "caption", "convert", "diff", "doctor", "explain", "inspect", "recover", "rename", "report", "run_inference",
      "serve", "verify", "vocab",
    ]
    #expect(Self.subcommands.sorted() == known)
    for status in ["1", "64", "65", "66", "73", "74"] { #expect(outcome.output.contains(status)) }
  }

  @Test("every subcommand's help has an example that begins with its name", arguments: subcommands)
  func example(name: String) throws {
    let outcome = try DecantCommand.run([name, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Example: decant \(name) "))
  }

  @Test(
    "a command that makes no sense is a usage error",
    arguments: [
      ["inspect"], ["convert", "model.ckpt"], ["inspect", "x", "--match", "("], ["inspect", "x", "--sort", "color"],
      ["inspect", "x", "--verify", "--no-verify"], ["convert", "x", "-o", "y.h5", "--names", "klingon"],
      ["convert", "x", "-o", "y", "--to", "onnx"], ["pour"], ["verify", "x", "--images", "."],
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
}
