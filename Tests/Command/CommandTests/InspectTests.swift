import Foundation
import TestSupport
import Testing

@Suite("Inspecting from the command line")
struct InspectTests {
  @Test("the header says what it is, which TensorFlow wrote it and which era its names are of")
  func header() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in ["TensorFlow V1 checkpoint", "383", "0.12.1", "TensorFlow 0.x", "BasicLSTMCell"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
  }

  @Test("every spelling of a path finds the same checkpoint", arguments: ["v2", "v2/checkpoint"])
  func spellings(path: String) throws {
    let outcome = try DecantCommand.run(["inspect", Fixture.path("scenes/\(path)")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("TensorFlow V2 checkpoint"))
    #expect(outcome.output.contains("1.15.5"))
    #expect(outcome.output.contains("TensorFlow 1.2 or later"))
  }

  @Test("a list, a selection and an order are what was asked for")
  func flat() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint, "--flat", "--match", "^l", "--sort", "size"])
    let names = outcome.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }.filter {
      $0.hasPrefix("l") && $0.contains("/")
    }
    #expect(
      names == [
        "lstm/BasicLSTMCell/Linear/Matrix", "logits/weights", "lstm/BasicLSTMCell/Linear/Bias", "logits/biases",
      ])
  }

  @Test("values are printed exactly")
  func values() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint, "--values", "global_step"])
    let step = Scenes.checkpoint.split(separator: "-").last.map(String.init) ?? ""
    #expect(outcome.output.contains(step))
  }

  @Test("a tensor that is not there is answered with the nearest names")
  func missing() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint, "--values", "logits/weight"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("'logits/weights'"))
  }

  @Test("statistics of a NaN, of infinities and of zeros are counted", arguments: ["--stats", "--stats --json"])
  func statistics(flags: String) throws {
    let outcome = try DecantCommand.run(
      ["inspect", Fixture.path("checkpoints/v1-dtypes/model.ckpt")] + flags.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("nan"))
  }

  @Test("JSON is JSON, with every variable in it")
  func json() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint, "--json"])
    let object = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect((object["tensors"] as? [Any])?.count == 383)
  }

  @Test("a .meta file shows its graph")
  func graph() throws {
    let outcome = try DecantCommand.run(["inspect", Scenes.checkpoint + ".meta"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in ["0.12.1", "Conv2D", "trainable_variables"] { #expect(outcome.output.contains(part)) }
  }

  @Test("a sound checkpoint verifies", arguments: ["v1", "v2"])
  func verify(kind: String) throws {
    let outcome = try DecantCommand.run(["inspect", "--verify", kind == "v1" ? Scenes.checkpoint : Scenes.v2])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("383"))
  }

  @Test("nodes are listed from a graph or from the one beside a checkpoint")
  func nodes() throws {
    for path in [Scenes.checkpoint, Scenes.checkpoint + ".meta"] {
      let outcome = try DecantCommand.run(["inspect", path, "--graph", "--match", "^softmax$"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == "softmax  Softmax  (logits/logits/BiasAdd)  -> [?, 40]\n")
    }
    let dot = try DecantCommand.run(["inspect", Scenes.v2, "--dot", "--depth", "1"])
    #expect(dot.output.hasPrefix("digraph graph_of_scopes {"))
    let none = try DecantCommand.run(["inspect", Fixture.path("checkpoints/v1-small/model.ckpt"), "--graph"])
    #expect(none.status == 66)
    #expect(none.errors.contains("there is no .meta file beside it"))
  }
}
