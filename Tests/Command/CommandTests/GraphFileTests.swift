import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("Graphs from the command line")
struct GraphFileTests {
  static let unfrozen = [
    "weights-0.12/unfrozen-training.pb", "weights-1.15/unfrozen-training.pb", "weights-1.15/unfrozen-loop.pb",
    "weights-2x/unfrozen-conv.pb", "weights-2x/unfrozen-captured.pb", "weights-2x/unfrozen-function.pb",
  ]

  @Test("a graph with variables is shown as one, with their names", arguments: unfrozen)
  func inspectUnfrozen(file: String) throws {
    let outcome = try DecantCommand.run(["inspect", Fixture.path("graphs/\(file)")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("TensorFlow graph, not frozen\n"))
    #expect(outcome.output.contains("whose values are in a checkpoint, not in this file"))
  }

  @Test("no command takes the constants of a graph with variables for weights", arguments: unfrozen)
  func refused(file: String) throws {
    let path = Fixture.path("graphs/\(file)")
    let scratch = try TemporaryDirectory()
    let output = scratch.path + "/out.safetensors"
    for arguments in [
      ["convert", path, "-o", output], ["convert", path, "-o", output, "--weights-only"],
      ["convert", path, "-o", output, "--match", "."], ["verify", path], ["verify", path, Scenes.checkpoint],
      ["diff", Scenes.checkpoint, path], ["caption", path, Fixture.path("scenes/images/scene-01.jpg")],
    ] {
      let outcome = try DecantCommand.run(arguments)
      #expect(outcome.status == 65, "\(arguments)")
      #expect(outcome.errors.contains("not a frozen graph"), "\(arguments) \(outcome.errors)")
      #expect(outcome.errors.contains("in a checkpoint"), "\(arguments)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    let doctor = try DecantCommand.run(["doctor", path])
    #expect(doctor.output.contains("not a frozen graph"))
    #expect(!doctor.output.contains("Copy it again"))
  }

  @Test("a checkpoint beside such a graph is named")
  func besideCheckpoint() throws {
    let scratch = try TemporaryDirectory()
    let graph = scratch.path + "/graph.pb"
    try FileManager.default.copyItem(atPath: Fixture.path("graphs/weights-1.15/unfrozen-loop.pb"), toPath: graph)
    for suffix in ["index", "data-00000-of-00001"] {
      try FileManager.default.copyItem(
        atPath: Fixture.path("checkpoints/v2-small/model.ckpt.\(suffix)"),
        toPath: scratch.path + "/model.ckpt.\(suffix)")
    }
    let outcome = try DecantCommand.run(["convert", graph, "-o", scratch.path + "/out.npz"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("\(scratch.path)/model.ckpt instead"), "\(outcome.errors)")
    #expect(try DecantCommand.run(["doctor", graph]).output.contains("model.ckpt"))
  }

  @Test("of a graph that is partly frozen, constants are written only where the variables are left out by name")
  func partly() throws {
    let path = Fixture.path("graphs/weights-1.15/partly.pb")
    let scratch = try TemporaryDirectory()
    let output = scratch.path + "/out.safetensors"
    let refused = try DecantCommand.run(["convert", path, "-o", output])
    #expect(refused.status == 65)
    #expect(refused.errors.contains("'loop/kernel'") && refused.errors.contains("partly frozen"))
    let outcome = try DecantCommand.run([
      "convert", path, "-o", output, "--drop", "^(loop/kernel|yes/)", "--weights-only",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("2 tensors"))
    let inspected = try DecantCommand.run(["inspect", path])
    for part in ["partly frozen", "2 weights, 5 other constants", "2, whose values are in a checkpoint", "yes/kernel"] {
      #expect(inspected.output.contains(part), "\(part)")
    }
    #expect(try DecantCommand.run(["doctor", path]).output.contains("it still has 2 variables"))
    #expect(try DecantCommand.run(["verify", path]).status == 1)
  }

  @Test("weights are marked and counted, in text and JSON, and --weights-only writes nothing else")
  func weights() throws {
    let path = Fixture.path("graphs/weights-1.15/conv-slim.pb")
    let text = try DecantCommand.run(["inspect", path])
    #expect(text.output.contains("11 weights, 11 other constants"))
    let json = try DecantCommand.run(["inspect", path, "--json"]).output
    #expect(json.contains("\"weight_count\" : 11") && json.contains("\"is_weight\" : false"))
    let scratch = try TemporaryDirectory()
    let output = scratch.path + "/out.npz"
    let outcome = try DecantCommand.run(["convert", path, "-o", output, "--weights-only"])
    #expect(outcome.output.contains("11 tensors"))
    #expect(outcome.output.contains("a constant of the graph, not a weight"))
    let whole = try DecantCommand.run(["convert", path, "-o", scratch.path + "/all.npz"])
    #expect(whole.output.contains("22 tensors"))
  }

  /// The embedded model frozen, in a file of its own.
  private func frozenScenes(in scratch: TemporaryDirectory, keeping kept: Set<String> = []) throws -> String {
    let meta = try Fixture.bytes(at: Scenes.checkpoint + ".meta")
    let graph = try GraphFreezing.freeze(
      meta: meta, values: try TensorFile.open(Scenes.checkpoint), keeping: kept)
    return try scratch.write(graph, to: "frozen.pb")
  }

  @Test("the embedded model, frozen, is equal to its checkpoint and captions as it does")
  func scenes() throws {
    let scratch = try TemporaryDirectory()
    let frozen = try frozenScenes(in: scratch)
    for pair in [[frozen, Scenes.checkpoint], [Fixture.path("scenes/v2"), frozen]] {
      let verified = try DecantCommand.run(["verify"] + pair)
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
      #expect(verified.output.contains("not compared: not weights"))
    }
    #expect(try DecantCommand.run(["diff", frozen, Scenes.checkpoint]).status == 0)
    let weights = scratch.path + "/weights.safetensors"
    #expect(try DecantCommand.run(["convert", frozen, "-o", weights, "--weights-only"]).status == 0)
    #expect(try DecantCommand.run(["verify", weights, Scenes.checkpoint]).status == 0)
    let arguments = ["--vocab", Scenes.vocabulary, Fixture.path("scenes/images/scene-09.jpg")]
    let captions = try DecantCommand.run(["caption", frozen] + arguments)
    #expect(captions.status == 0, "\(captions.errors)")
    #expect(captions.output == (try DecantCommand.run(["caption", Scenes.checkpoint] + arguments)).output)
  }

  @Test("the embedded model, frozen but for one variable, is not equal to its checkpoint")
  func scenesInPart() throws {
    let scratch = try TemporaryDirectory()
    let frozen = try frozenScenes(in: scratch, keeping: ["logits/biases"])
    let verified = try DecantCommand.run(["verify", frozen, Scenes.checkpoint])
    #expect(verified.status != 0)
    #expect("\(verified.output)\(verified.errors)".contains("logits/biases"))
  }
}
