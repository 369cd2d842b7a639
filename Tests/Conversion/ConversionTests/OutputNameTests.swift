import Bytes
import Checkpoints
import Foundation
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Names of variables for TensorFlow")
struct OutputNameTests {
  @Test(
    "a colon and digits at the end are the number of an output, and nothing else is",
    arguments: [
      ("conv/kernel:0", "conv/kernel"), ("a:1", "a"), ("a:0:0", "a:0"), ("a:12", "a"), ("a", nil), ("a:", nil),
      (":0", nil),
      ("a:x", nil), ("a:0x", nil), ("a:0/b", nil), ("a:\u{663}", nil), ("", nil), ("é:0", "é"),
    ] as [(String, String?)])
  func withoutOutput(name: String, bare: String?) {
    #expect(OutputName.withoutOutput(name) == bare)
  }

  private func tensors(_ names: String...) throws -> InMemoryTensorSource {
    InMemoryTensorSource(try names.enumerated().map { try .init($1, .float32, [2], seed: UInt64($0)) })
  }

  private func names(
    _ source: any TensorSource, _ format: WeightFormat?, _ scheme: NamingScheme = .modern, to output: String = "o.ckpt"
  )
    throws -> [String]
  {
    var options = ConversionOptions()
    options.names = scheme
    options.format = format
    return try Converter(options: options).plan(source, to: output).tensors.map(\.target.name)
  }

  @Test("a source that is compared with a checkpoint has the names that a checkpoint would get")
  func compared() throws {
    let source = try tensors("a:0", "b")
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.names = .keep
    for (name, expected) in [("o.ckpt", ["a", "b"]), ("o.safetensors", ["a:0", "b"]), ("o.h5", ["a:0", "b"])] {
      _ = try Converter(options: options).convert(source, to: directory.file(name))
      let written = try TensorFile.open(directory.file(name))
      let shown = try ConvertedSource(source, options: options, comparedWith: written)
      #expect(shown.descriptors.map(\.name) == expected && written.descriptors.map(\.name) == expected)
    }
  }

  @Test("both kinds of checkpoint get names without it, whatever scheme is asked for; other formats keep them")
  func formats() throws {
    let source = try tensors("a:0", "b", "c/d:0")
    for scheme in [NamingScheme.modern, .keep] {
      #expect(try names(source, .tensorFlow, scheme) == ["a", "b", "c/d"])
      #expect(try names(source, .tensorFlowV1, scheme) == ["a", "b", "c/d"])
      #expect(try names(source, nil, scheme, to: "model.ckpt-7") == ["a", "b", "c/d"])
      #expect(try names(source, nil, scheme, to: "o.safetensors") == ["a:0", "b", "c/d:0"])
      #expect(try names(source, .hdf5, scheme) == ["a:0", "b", "c/d:0"])
    }
  }

  @Test("two outputs of one name collide, and nothing is written")
  func collisions() throws {
    let source = try tensors("a:0", "a", "b:0", "b:1", "c:0")
    var options = ConversionOptions()
    options.format = .tensorFlow
    let plan = try Converter(options: options).plan(source, to: "o.ckpt")
    #expect(plan.collisions.map(\.target) == ["a", "b"])
    let scratch = try TemporaryDirectory()
    let error = #expect(throws: NameCollision.self) {
      try Converter(options: options).convert(source, to: scratch.path + "/o.ckpt")
    }
    #expect("\(try #require(error))".contains("--drop"))
    #expect(!"\(try #require(error))".contains("--names keep"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test("Keras weights become variables that TensorFlow finds, and a checkpoint that has such names keeps them")
  func files() throws {
    let scratch = try TemporaryDirectory()
    var options = ConversionOptions()
    let first = scratch.path + "/first.ckpt"
    let report = try Converter(options: options).convert(Fixture.path("keras/weights-2.2.h5"), to: first)
    #expect(report.descriptors.map(\.name).allSatisfy { !$0.contains(":") })
    #expect(report.renamed.map(\.to).contains("conv/kernel"))
    // Written by hand under names of outputs, as Saver({v.name: v}) does.
    options.format = .tensorFlow
    let writer = try V2CheckpointWriter(prefix: scratch.path + "/named.ckpt", shardCount: 1, replacesExisting: false)
    let tensor = TensorDescriptor(name: "w:0", dtype: .int8, shape: try Shape([2]), byteCount: 2)
    let body = try writer.begin(SinkContents([tensor]))
    try body.write([UInt8]([1, 2]).rawSpan)
    try body.finish(metadata: nil).commit()
    let kept = try Converter(options: options).convert(scratch.path + "/named.ckpt", to: scratch.path + "/copy.ckpt")
    #expect(kept.descriptors.map(\.name) == ["w:0"])
  }
}
