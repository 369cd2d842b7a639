import Foundation
import TestSupport
import Testing

@Suite("Precision from the command line")
struct PrecisionTests {
  private static let emulated = ["DECANT_KERNELS": "amx-emulated"]
  private static let portable = ["DECANT_KERNELS": "portable"]

  private struct Document: Decodable {
    struct Plan: Decodable {
      var kernels, precision: String
      var layers: [Layer]
    }
    struct Layer: Decodable { var algorithm, reason: String }
    var plan: Plan
  }

  private struct Captions: Decodable {
    struct Engine: Decodable { var kernels, precision: String }
    var engine: Engine
  }

  @Test(
    "the plan says which precision there is, and where it takes which products",
    arguments: [([], "exact", "split bf16 x6"), (["--precision", "fast"], "fast", "split bf16 x3")])
  func plan(options: [String], precision: String, algorithm: String) throws {
    let arguments = ["inspect", Scenes.checkpoint, "--plan"] + options
    let text = try DecantCommand.run(arguments, environment: Self.emulated)
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
    #expect(text.output.contains("kernels: amx-emulated\nprecision: \(precision)\n"))
    #expect(text.output.contains(algorithm) && text.output.contains("on tiles of bf16"))
    let json = try DecantCommand.run(arguments + ["--json"], environment: Self.emulated)
    #expect(try JSONSchema(named: "inspect.schema.json").violations(in: json.output) == [])
    let plan = try JSONDecoder().decode(Document.self, from: Data(json.output.utf8)).plan
    #expect(plan.kernels == "amx-emulated" && plan.precision == precision)
    #expect(plan.layers.contains { $0.algorithm == algorithm && $0.reason.contains("bf16") })
    #expect(plan.layers.contains { $0.algorithm.hasPrefix("Winograd") } == (precision == "exact"))
  }

  @Test("without AMX, fast is exact, and the plan says so")
  func withoutTiles() throws {
    let arguments = ["inspect", Scenes.checkpoint, "--plan"]
    let exact = try DecantCommand.run(arguments, environment: Self.portable)
    let fast = try DecantCommand.run(arguments + ["--precision", "fast"], environment: Self.portable)
    #expect(fast.output == exact.output)
    #expect(fast.output.contains("kernels: portable\nprecision: exact\n"))
    #expect(fast.errors.contains("no AMX") && exact.errors.isEmpty)
  }

  @Test("JSON of captions says what computed them", arguments: [(emulated, "fast"), (portable, "exact")])
  func captions(kernels: [String: String], precision: String) throws {
    let outcome = try DecantCommand.run(
      [
        "caption", Scenes.checkpoint, Scenes.images + "/scene-05.jpg", "--vocab", Scenes.vocabulary, "--precision",
        "fast", "--json",
      ], environment: kernels)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("a small red star ."))
    #expect(try JSONSchema(named: "caption.schema.json").violations(in: outcome.output) == [])
    let engine = try JSONDecoder().decode(Captions.self, from: Data(outcome.output.utf8)).engine
    #expect(engine.kernels == kernels["DECANT_KERNELS"] && engine.precision == precision)
  }

  @Test(
    "a precision that there is not, or that nothing would use, is a usage error",
    arguments: [
      ["inspect", Scenes.checkpoint, "--precision", "fast"],
      ["inspect", Scenes.checkpoint, "--plan", "--precision", "bf16"],
      ["caption", Scenes.checkpoint, "x.jpg", "--precision", "half"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try DecantCommand.run(arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
  }
}
