import Conversion
import Tensors
import TestSupport
import Testing

@Suite("Converting a checkpoint whose list of tensors is not complete")
struct IncompleteSourceTests {
  private static let damaged = [
    "v2-unknown-dtype/model.ckpt", "v2-entry-garbage/model.ckpt", "v1-huge-shape/model.ckpt",
    "v1-missing-shard/model.ckpt-7-00000-of-00003",
  ]

  @Test("is refused, since a tensor would be lost without a word", arguments: damaged)
  func refused(path: String) throws {
    let directory = try TemporaryDirectory()
    #expect(throws: (any Error).self) {
      _ = try Converter().convert(Fixture.path("checkpoints/bad/\(path)"), to: directory.file("a.safetensors"))
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("goes on where the damaged tensor is not wanted")
  func dropped() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.drop = "^(weights|text)$"
    let report = try Converter(options: options).convert(
      Fixture.path("checkpoints/bad/v2-unknown-dtype/model.ckpt"), to: directory.file("a.safetensors"))
    #expect(!report.descriptors.isEmpty)
    #expect(!report.descriptors.contains { $0.name == "weights" })
  }
}
