import Foundation
import TestSupport
import Testing

@Suite("The plan of a model from the command line")
struct InspectPlanTests {
  @Test("a line per layer says shapes, algorithm, reason and place, and the last lines say why and how much")
  func text() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint, "--plan"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.first?.first == "layer")
    let first = try #require(lines.first { $0.first == "Conv2d_1a_3x3" })
    #expect(first.contains("1x299x299x3") && first.contains("1x149x149x16"))
    #expect(outcome.output.contains("Winograd F(4x4, 3x3)"))
    // A processor with tiles has another reason for the first layer, whose stride is 2.
    #expect(outcome.output.contains(/why 1: (stride 2|no transform fits: on tiles)/))
    #expect(outcome.output.contains("bytes of activations for 1 image"))
    #expect(outcome.output.contains("kernels: "))
  }

  private struct Document: Decodable {
    struct Plan: Decodable {
      var image_count: Int
      var multiplication_count: Int
      var remaining_multiplication_count: Int
      var peak_byte_count: Int
      var layers: [Layer]
    }
    struct Layer: Decodable {
      var name: String
      var scopes: [String]
      var input: [Int]
      var output: [Int]
      var algorithm: String
      var panel_columns: [Int]
      var byte_offset: Int
    }
    var plan: Plan
  }

  @Test("JSON has every convolution once and fits its schema, for one image and for eight", arguments: [1, 8])
  func json(batch: Int) throws {
    let arguments = ["inspect", Scenes.checkpoint, "--plan", "--json", "--batch", "\(batch)"]
    let outcome = try DecantCommand.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try JSONSchema(named: "inspect.schema.json").violations(in: outcome.output) == [])
    let plan = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8)).plan
    #expect(plan.image_count == batch)
    let convolutions = plan.layers.flatMap(\.scopes).filter { $0.contains("/Conv") || $0.hasPrefix("Conv") }
    #expect(Set(convolutions).count == 94)
    #expect(plan.layers.allSatisfy { $0.input[0] == batch && $0.output[0] == batch })
    // Pools have no weights.
    #expect(
      plan.layers.allSatisfy {
        $0.panel_columns.isEmpty == ($0.algorithm == "maximum" || $0.algorithm.hasPrefix("average"))
      })
    #expect(plan.layers.allSatisfy { $0.panel_columns.allSatisfy([16, 32, 48, 64].contains) })
    #expect(plan.layers.allSatisfy { $0.byte_offset >= 0 && $0.byte_offset < plan.peak_byte_count })
    #expect(plan.remaining_multiplication_count < plan.multiplication_count * 6 / 10)
  }

  @Test("a file that is not such a model is answered with the tensors that are missing")
  func otherModel() throws {
    let outcome = try DecantCommand.run(["inspect", Fixture.path("checkpoints/v1-dtypes/model.ckpt"), "--plan"])
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("InceptionV3"))
  }

  @Test(
    "options that do not go together are a usage error",
    arguments: [["--batch", "2"], ["--plan", "--batch", "9"], ["--plan", "--batch", "0"], ["--plan", "--stats"]])
  func usage(options: [String]) throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint] + options)
    #expect(outcome.status == 64, "\(outcome.errors)")
  }
}
