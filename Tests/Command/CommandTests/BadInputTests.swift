import Foundation
import TestSupport
import Testing

/// One way in which what people give us is wrong.
struct BadInput: Sendable, CustomTestStringConvertible {
  let name: String
  /// Below `Fixtures/checkpoints/bad/`.
  let path: String
  var status: Int32 = 65
  /// What the message must name.
  let says: [String]

  var testDescription: String { name }

  static let all = [
    BadInput(name: "an empty file", path: "v1-empty/model.ckpt", says: ["model.ckpt", "empty"]),
    BadInput(name: "a Git LFS pointer", path: "v1-lfs-pointer/model.ckpt", says: ["LFS", "git lfs pull"]),
    BadInput(name: "a web page", path: "v1-html/model.ckpt", says: ["web page"]),
    BadInput(
      name: "data without its index", path: "v2-data-without-index/model.ckpt.data-00000-of-00001", status: 66,
      says: [".index"]),
    BadInput(name: "a missing shard", path: "v2-missing-shard/model.ckpt-7", status: 66, says: ["data-"]),
    BadInput(name: "a shard cut short", path: "v2-data-cut/model.ckpt", says: ["data-00000-of-00001", "byte"]),
    BadInput(name: "a V1 file with a flipped bit in its footer", path: "v1-flip-footer/model.ckpt", says: ["byte"]),
    BadInput(name: "an index with a flipped bit in its footer", path: "v2-flip-footer/model.ckpt", says: [".index"]),
    BadInput(
      name: "a V1 file with a flipped bit in its index block", path: "v1-flip-index-block/model.ckpt", says: ["CRC"]),
    BadInput(
      name: "an index with a flipped bit in its index block", path: "v2-flip-index-block/model.ckpt", says: ["CRC"]),
    BadInput(
      name: "a V1 file with a flipped bit in a data block", path: "v1-flip-data-block/model.ckpt", says: ["CRC"]),
    BadInput(
      name: "an index with a flipped bit in a data block", path: "v2-flip-data-block/model.ckpt", says: ["CRC"]),
    BadInput(name: "a flipped bit in a tensor's data", path: "v2-flip-tensor/model.ckpt", says: ["CRC", "tensor"]),
    BadInput(name: "nothing at all", path: "no-such-folder/model.ckpt", status: 66, says: ["no such"]),
  ]
}

@Suite("Bad input gets one clear error and leaves no output")
struct BadInputTests {
  @Test("converting it fails with its status, names the place, and writes nothing", arguments: BadInput.all)
  func convert(input: BadInput) throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(
      ["convert", Fixture.path("checkpoints/bad/\(input.path)"), "-o", scratch.file("out.safetensors")])
    #expect(outcome.status == input.status)
    #expect(outcome.output.isEmpty)
    for part in input.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    #expect(try scratch.entries().isEmpty)
  }

  @Test(
    "verifying a damaged file lists the failure and exits with 1", arguments: ["v2-flip-tensor", "v1-flip-data-block"])
  func verify(folder: String) throws {
    let outcome = try DecantCommand.run(["inspect", "--verify", Fixture.path("checkpoints/bad/\(folder)/model.ckpt")])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("CRC"), "\(outcome.output)\(outcome.errors)")
  }

  @Test("an output in a directory that does not exist is refused with 73")
  func missingDirectory() throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(
      ["convert", Fixture.path("checkpoints/v1-small/model.ckpt"), "-o", scratch.file("nowhere/out.safetensors")])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("nowhere"))
  }

  @Test("an output that exists stays as it is, and --force replaces it", arguments: ["out.safetensors", "out.h5"])
  func existingOutput(name: String) throws {
    let scratch = try TemporaryDirectory()
    let output = try scratch.write(Array("precious".utf8), to: name)
    let input = Fixture.path("checkpoints/v1-small/model.ckpt")
    let refused = try DecantCommand.run(["convert", input, "-o", output])
    #expect(refused.status == 73)
    #expect(refused.errors.contains("--force"))
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "precious")
    let forced = try DecantCommand.run(["convert", input, "-o", output, "--force"])
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(try Data(contentsOf: URL(filePath: output)).count > 8)
    #expect(try scratch.entries() == [name])
  }

  @Test("a disk that fills up leaves nothing behind", arguments: ["out.safetensors", "out.h5"])
  func fullDisk(name: String) throws {
    let scratch = try TemporaryDirectory()
    let input = Fixture.path("checkpoints/v1-big-blocks/model.ckpt")
    // A file-size limit of 64 KiB fails the write as a full disk does.
    let outcome = try DecantCommand.run(
      ["convert", input, "-o", scratch.file(name)], limits: .init(fileKibibytes: 64))
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(outcome.errors.contains(name))
    #expect(try scratch.entries().isEmpty)
  }
}
