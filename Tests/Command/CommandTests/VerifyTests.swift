import Foundation
import TestSupport
import Testing

@Suite("Verifying from the command line")
struct VerifyTests {
  @Test("V1 and V2 of one model are equal across the eras of their names")
  func eras() throws {
    let outcome = try DecantCommand.run(["verify", Scenes.checkpoint, Scenes.v2])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("383 equal"))
    #expect(outcome.output.contains("2 under a different name"))
  }

  @Test("a model that lost a tensor differs, by name")
  func lostTensor() throws {
    let scratch = try TemporaryDirectory()
    let part = scratch.file("part.h5")
    let conversion = try DecantCommand.run(["convert", Scenes.checkpoint, "-o", part, "--drop", "^logits/biases$"])
    #expect(conversion.status == 0, "\(conversion.errors)")
    let outcome = try DecantCommand.run(["verify", Scenes.checkpoint, part])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("logits/biases"))
    let alone = try DecantCommand.run(["verify", part])
    #expect(alone.status == 1)
    #expect(alone.output.contains("missing"))
  }

  @Test("another model's tensors of the same name differ in kind or value")
  func otherModel() throws {
    let outcome = try DecantCommand.run([
      "verify", Fixture.path("checkpoints/v1-lstm-matrix"), Fixture.path("checkpoints/v1-small/model.ckpt"),
    ])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("only in A"))
  }

  @Test("another vocabulary differs, with the first line that does")
  func vocabulary() throws {
    let scratch = try TemporaryDirectory()
    let words = try String(contentsOfFile: Scenes.vocabulary, encoding: .utf8)
      .replacingOccurrences(of: "b'small'", with: "b'tiny'")
    let other = try scratch.write(Array(words.utf8), to: "other.txt")
    for (vocabulary, output) in [(Scenes.vocabulary, "a.safetensors"), (other, "b.safetensors")] {
      let conversion = try DecantCommand.run(
        ["convert", Scenes.checkpoint, "--vocab", vocabulary, "-o", scratch.file(output)])
      #expect(conversion.status == 0, "\(conversion.errors)")
    }
    let outcome = try DecantCommand.run(["verify", scratch.file("a.safetensors"), scratch.file("b.safetensors")])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("line 6"))
    #expect(outcome.output.contains("'small'") && outcome.output.contains("'tiny'"))
  }

  @Test("a converted file is held against its own checksums", arguments: ["a.safetensors", "a.h5", "a.npz"])
  func digests(output: String) throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file(output)
    let conversion = try DecantCommand.run(["convert", Fixture.path("checkpoints/v1-lstm-matrix"), "-o", path])
    #expect(conversion.status == 0, "\(conversion.errors)")
    let sound = try DecantCommand.run(["verify", path])
    #expect(sound.status == 0 && sound.output.contains("and each matches its checksum"), "\(sound.output)")
    var bytes = try Fixture.bytes(at: path)
    let name = Array("decant.versio".utf8)
    bytes[try #require(bytes.firstRange(of: name)).lowerBound] ^= 4
    try scratch.write(bytes, to: output)
    for command in [["verify", path], ["inspect", "--verify", path]] {
      let outcome = try DecantCommand.run(command)
      #expect(outcome.status == 1, "\(outcome.output)")
    }
  }

  @Test("of a file without checksums nothing is claimed but its structure")
  func noDigests() throws {
    let outcome = try DecantCommand.run(["verify", Fixture.path("hdf5/ordinary.h5")])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Structure sound: "))
    #expect(outcome.output.contains("has no checksums, so the values cannot be proved"))
    let json = try DecantCommand.run(["inspect", "--verify", "--json", Fixture.path("hdf5/ordinary.h5")])
    #expect(json.output.contains(#""evidence" : "none""#))
    #expect(try JSONSchema(named: "inspect.schema.json").violations(in: json.output).isEmpty)
  }

  @Test("the graph beside a checkpoint agrees with the engine, in both releases", arguments: ["model.ckpt-4222", "v2"])
  func graph(path: String) throws {
    let outcome = try DecantCommand.run(["verify", Fixture.path("scenes/\(path)")])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("graph: model.ckpt-4222.meta of TensorFlow "))
    #expect(outcome.output.contains("94 convolutions") && outcome.output.contains("agree with the engine's plan"))
  }

  @Test("a graph that computes something else makes verify fail, with the node")
  func doctoredGraph() throws {
    // The one place where these bytes stand is the constant behind the network's input range.
    var bytes = try Fixture.bytes("scenes/model.ckpt-4222.meta")
    let name = Array("\u{05}mul/y\u{12}\u{05}Const".utf8)
    let start = try #require(bytes.firstRange(of: name)?.upperBound)
    let two: [UInt8] = [0x00, 0x00, 0x00, 0x40]
    let place = try #require(bytes[start...].firstRange(of: two)?.lowerBound)
    bytes[place + 2] = 0x40
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(bytes, to: "doctored.meta")
    let outcome = try DecantCommand.run(["verify", Scenes.v2, "--graph", path])
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        "    mul: preprocessing: multiplies by 3.0 in the graph; the engine: multiplies by 2.0"), "\(outcome.output)")
  }

  @Test("a graph that is not there is no input, and pictures that are not there are asked for")
  func misspelled() throws {
    let graph = try DecantCommand.run(["verify", Scenes.checkpoint, "--graph", "/nonexistent"])
    #expect(graph.status == 66)
    #expect(graph.errors.hasPrefix("decant: /nonexistent: "))
    let pictures = try DecantCommand.run([
      "verify", Scenes.checkpoint, "--expect", Fixture.path("scenes/golden/captions.json"),
    ])
    #expect(pictures.status == 1)
    #expect(pictures.errors.contains("--images"))
  }

  @Test("a graph of another model, and one that cannot be read, are explained")
  func otherGraphs() throws {
    let other = try DecantCommand.run([
      "verify", Scenes.v2, "--graph", Fixture.path("checkpoints/v2-lstm-kernel/model.ckpt-3.meta"),
    ])
    #expect(other.status == 1)
    #expect(other.output.contains("is not im2txt's: it has 0 of 94 convolutions"))
    let broken = try DecantCommand.run([
      "verify", Scenes.v2, "--graph", Fixture.path("checkpoints/bad/meta-truncated/model.ckpt.meta"),
    ])
    #expect(broken.status == 1)
    #expect(broken.output.contains("graph: cannot be compared: "))
    // Beside a model of another kind it is no matter.
    let beside = try DecantCommand.run(["verify", Fixture.path("checkpoints/v2-lstm-kernel")])
    #expect(beside.status == 0, "\(beside.output)")
  }
}
