import Foundation
import TestSupport
import Testing

@Suite("Converting from the command line")
struct ConvertTests {
  private func convert(_ output: String, _ arguments: [String]) throws {
    let outcome = try DecantCommand.run(["convert", Scenes.checkpoint, "-o", output] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// The words of the captions, without their probabilities.
  private func words(_ model: String) throws -> [String] {
    let image = Scenes.images + "/scene-01.jpg"
    let outcome = try DecantCommand.run(["caption", model, image, "--vocab", Scenes.vocabulary])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map { String($0.split(separator: "(").first ?? "") }
  }

  struct Export: Sendable, CustomTestStringConvertible {
    let output: String
    let arguments: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "the model captions alike under other names, in other layouts, folded and in half the bytes",
    arguments: [
      Export(output: "a.safetensors", arguments: ["--names", "pytorch", "--fold-batch-norm"]),
      Export(output: "a.h5", arguments: ["--names", "keras", "--dtype", "f16"]),
      Export(output: "a.safetensors", arguments: ["--names", "tensorflow-1.0", "--dtype", "bf16"]),
    ])
  func captions(export: Export) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file(export.output)
    try convert(path, export.arguments)
    let found = try words(path)
    // bfloat16 has three decimal digits; the best caption stands, those behind it may change places.
    if export.arguments.contains("bf16") {
      #expect(try found.prefix(2) == words(Scenes.checkpoint).prefix(2))
    } else {
      #expect(try found == words(Scenes.checkpoint))
    }
  }

  @Test("a dry run writes nothing and exits with 65 where names collide")
  func dryRun() throws {
    let directory = try TemporaryDirectory()
    let output = directory.file("a.safetensors")
    let plan = try DecantCommand.run([
      "convert", Scenes.checkpoint, "-o", output, "--names", "pytorch", "--dry-run",
    ])
    #expect(plan.status == 0)
    #expect(plan.output.contains("logits/biases float32 [40] -> logits.bias float32 [40]"))
    let placeless = try DecantCommand.run(
      ["convert", Scenes.checkpoint, "-o", output, "--dry-run"], environment: ["TMPDIR": "/nonexistent"])
    #expect(placeless.status == 0, "a plan writes nothing anywhere")
    let rules = try directory.write(
      Array(#"{"rules": [{"match": "^.*/(beta|moving_mean)$", "replace": "$1"}]}"#.utf8), to: "rules.json")
    let arguments = ["convert", Scenes.checkpoint, "-o", output, "--rename", rules]
    let collisions = try DecantCommand.run(arguments + ["--dry-run"])
    #expect(collisions.status == 65)
    #expect(collisions.output.contains("186 collisions; nothing would be written"))
    let conversion = try DecantCommand.run(arguments)
    #expect(conversion.status == 65)
    #expect(conversion.errors.contains("and 185 other pairs, which --dry-run lists, would share a name too"))
    let json = try DecantCommand.run(arguments + ["--dry-run", "--json"])
    #expect(try JSONSchema(named: "convert.schema.json").violations(in: json.output) == [])
    #expect(try directory.entries() == ["rules.json"])
  }

  @Test("bad rules are refused with their place, and nothing is written")
  func badRules() throws {
    let directory = try TemporaryDirectory()
    let rules = try directory.write(Array("{\"rules\": [\n  {\"match\": \"(\"}]}".utf8), to: "rules.json")
    let outcome = try DecantCommand.run([
      "convert", Scenes.checkpoint, "-o", directory.file("a.h5"), "--rename", rules,
    ])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "rules.json:2:3: rule 1 changes nothing. See share/decant/schemas/rename-rules.schema.json."))
    #expect(try directory.entries() == ["rules.json"])
  }

  @Test("inspect says whose names a file has")
  func inspect() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    try convert(path, ["--names", "keras"])
    let outcome = try DecantCommand.run(["inspect", path])
    #expect(outcome.output.contains("Keras"))
    let json = try DecantCommand.run(["inspect", path, "--json"])
    #expect(json.output.contains("\"framework\" : \"keras\""))
    #expect(try JSONSchema(named: "inspect.schema.json").violations(in: json.output) == [])
  }
}
