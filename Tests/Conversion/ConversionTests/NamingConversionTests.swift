import Comparison
import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Converting to other names and layouts")
struct NamingConversionTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let scheme: NamingScheme
    let output: String
    var testDescription: String { "\(scheme) \(output)" }
  }

  private func convert(
    _ path: String, to output: String, _ change: (inout ConversionOptions) -> Void = { _ in }
  ) throws -> ConversionReport {
    var options = ConversionOptions()
    change(&options)
    return try Converter(options: options).convert(path, to: output)
  }

  @Test(
    "the scenes model goes to another framework's names and back to each era's, equal to the bit but for Keras' one bias",
    arguments: [
      Way(scheme: .pytorch, output: "a.safetensors"), Way(scheme: .pytorch, output: "a.h5"),
      Way(scheme: .keras, output: "a.h5"), Way(scheme: .keras, output: "a.safetensors"),
    ])
  func roundTrip(way: Way) throws {
    let directory = try TemporaryDirectory()
    let there = try convert(Scenes.checkpoint, to: directory.file(way.output)) { $0.names = way.scheme }
    #expect(there.plan.detected == .tensorFlow0)
    #expect(there.metadata["decant.names"] == way.scheme.rawValue)
    #expect(there.metadata["decant.forget_bias"] == "1.0")
    #expect(there.metadata["decant.model"]?.contains("show_and_tell") == true)
    #expect(there.skipped.map(\.name) == ["global_step"])
    let back = try convert(directory.file(way.output), to: directory.file("b.safetensors")) { $0.names = .tensorFlow0 }
    #expect(back.plan.detected == way.scheme)
    #expect(back.metadata["decant.forget_bias"] == nil)
    #expect(back.metadata["keras_version"] == nil)
    #expect(back.descriptors.contains { $0.name == "lstm/BasicLSTMCell/Linear/Matrix" })
    let comparison = try SourceComparison(
      TensorFile.open(Scenes.checkpoint), TensorFile.open(directory.file("b.safetensors")))
    #expect(comparison.kinds.isEmpty && comparison.onlyInLeft.isEmpty && comparison.onlyInRight.isEmpty)
    #expect(comparison.leftoversOnlyInLeft.map(\.name) == ["global_step"])
    #expect(comparison.values.map(\.name) == (way.scheme == .keras ? ["lstm/BasicLSTMCell/Linear/Bias"] : []))
  }

  @Test("to the scheme that a file has already, nothing changes", arguments: [NamingScheme.pytorch, .keras])
  func again(scheme: NamingScheme) throws {
    let directory = try TemporaryDirectory()
    for (from, to) in [(Scenes.checkpoint, "1.h5"), (directory.file("1.h5"), "2.h5")] {
      _ = try convert(from, to: directory.file(to)) { $0.names = scheme }
    }
    let comparison = try SourceComparison(
      TensorFile.open(directory.file("1.h5")), TensorFile.open(directory.file("2.h5")))
    #expect(comparison.isEqual && comparison.renamed.isEmpty)
  }

  @Test("each era's names are written and recognized", arguments: [NamingScheme.tensorFlow0, .tensorFlow1_0, .modern])
  func eras(scheme: NamingScheme) throws {
    let directory = try TemporaryDirectory()
    let report = try convert(Scenes.v2, to: directory.file("a.safetensors")) { $0.names = scheme }
    #expect(report.plan.detected == .modern)
    #expect(report.renamed.count == (scheme == .modern ? 0 : 2))
    let source = try TensorFile.open(directory.file("a.safetensors"))
    #expect(NamingScheme.detect(in: source.descriptors) == scheme)
    #expect(try SourceComparison(TensorFile.open(Scenes.v2), source).isEqual)
  }

  @Test("folding leaves a kernel and a bias of each convolution, and the model is still whole")
  func folding() throws {
    let directory = try TemporaryDirectory()
    let report = try convert(Scenes.checkpoint, to: directory.file("a.safetensors")) { $0.foldsBatchNorm = true }
    #expect(report.descriptors.count == 383 - 2 * 94)
    #expect(!report.descriptors.contains { $0.name.contains("BatchNorm") })
    #expect(report.metadata["decant.batch_norm"] == "folded")
    let examination = KnownModel.showAndTell.examine(report.descriptors)
    #expect(examination.isComplete, "\(examination.missing)")
    #expect(examination.requiredCount == 94 * 2 + 6)
    // In PyTorch's names too, where a convolution then has a bias; and there is nothing to fold twice.
    let pytorch = try convert(directory.file("a.safetensors"), to: directory.file("b.safetensors")) {
      $0.names = .pytorch
    }
    #expect(pytorch.descriptors.contains { $0.name == "Mixed_7c.branch_pool.conv.bias" })
    #expect(!pytorch.descriptors.contains { $0.name.contains(".bn.") })
    #expect(throws: MappingError.self) {
      try convert(directory.file("a.safetensors"), to: directory.file("c.safetensors")) { $0.foldsBatchNorm = true }
    }
    #expect(try directory.entries() == ["a.safetensors", "b.safetensors"])
  }

  @Test("values are cast and the loss is told, integers stay", arguments: [DType.float16, .bfloat16, .float64])
  func casting(dtype: DType) throws {
    let directory = try TemporaryDirectory()
    let report = try convert(Scenes.v2, to: directory.file("a.safetensors")) { $0.dtype = dtype }
    let dtypes = Dictionary(grouping: report.descriptors, by: \.dtype).mapValues(\.count)
    #expect(dtypes[dtype] == 382 && dtypes.count == 2)
    #expect(report.losses.count == 382)
    let worst = report.losses.values.map(\.largestRelativeError).max() ?? 1
    switch dtype {
    case .float16: #expect(worst <= 0.5 && report.losses["logits/biases"]?.largestRelativeError ?? 1 <= 0x1p-11)
    case .bfloat16: #expect(worst <= 0x1p-8)
    default: #expect(worst == 0)
    }
    #expect(report.losses.values.allSatisfy { $0.overflowCount == 0 })
    #expect(ConversionText.report(report).text.contains("cast to \(dtype): 382 tensors, 0 values overflowed"))
  }

  private func source() throws -> InMemoryTensorSource {
    InMemoryTensorSource([
      try .init("a/w", .float32, [2, 3], seed: 1), try .init("b/w", .float32, [2, 3], seed: 2),
      try .init("n", .int64, [1], seed: 3),
    ])
  }

  @Test("rules rename, transpose and cast; a cast of integers is none")
  func rules() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.rename = RenameRules([
      try .init(match: "^a/", replace: "x.", axes: [1, 0], dtype: .float64),
      try .init(match: "^n$", replace: "$0", dtype: .float16), try .init(match: "never", replace: ""),
    ])
    let report = try Converter(options: options).convert(source(), to: directory.file("a.safetensors"))
    #expect(
      report.descriptors.map { "\($0.name) \($0.dtype) \($0.shape)" } == [
        "b/w float32 [2, 3]", "n int64 [1]", "x.w float64 [3, 2]",
      ])
    #expect(report.plan.unusedRules == [3])
    #expect(report.plan.unruled == ["b/w"])
    #expect(ConversionText.report(report).text.contains("rules that match nothing: 3"))
  }

  @Test("collisions are all listed by a plan, and a conversion writes nothing")
  func collisions() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.rename = RenameRules([try .init(match: "^.*$", replace: "same")])
    let converter = Converter(options: options)
    let plan = try converter.plan(source(), to: directory.file("a.safetensors"))
    #expect(plan.collisions.map { "\($0.first) \($0.second) \($0.target)" } == ["a/w b/w same", "b/w n same"])
    #expect(plan.tensors.isEmpty)
    let text = ConversionText.plan(plan).text
    #expect(text.contains("collision: a/w and b/w -> same"))
    #expect(text.contains("2 collisions; nothing would be written"))
    let error = #expect(throws: NameCollision.self) {
      try converter.convert(source(), to: directory.file("a.safetensors"))
    }
    #expect(error?.others.count == 1)
    #expect(try directory.entries().isEmpty)
  }

  @Test("a plan tells every tensor before and after, and its JSON fits the schema")
  func plan() throws {
    var options = ConversionOptions()
    options.names = .pytorch
    options.dtype = .float16
    let converter = Converter(options: options)
    let plan = try converter.plan(TensorFile.open(Scenes.checkpoint), to: "a.safetensors")
    let text = ConversionText.plan(plan).text
    #expect(
      text.contains(
        "lstm/BasicLSTMCell/Linear/Matrix float32 [256, 512] -> lstm.weight_ih float16 [512, 128]\n"))
    #expect(text.contains("(the same in every model) -> Conv2d_1a_3x3.bn.weight float16 [16]\n"))
    #expect(text.contains("left out: global_step: counts training steps"))
    #expect(text.hasSuffix("478 tensors would be written, 1 left out; nothing was written\n"))
    let schema = try JSONSchema(named: "convert.schema.json")
    #expect(try schema.violations(in: ConversionDocument(plan, output: "a.safetensors").json().text) == [])
    let directory = try TemporaryDirectory()
    let report = try converter.convert(Scenes.checkpoint, to: directory.file("a.safetensors"))
    #expect(try schema.violations(in: ConversionDocument(report).json().text) == [])
    #expect(report.descriptors == plan.tensors.map(\.target))
  }

  @Test("names of a framework that no tensor has are refused, and nothing is written")
  func unknown() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.names = .keras
    #expect(throws: MappingError(.nothingKnown(.keras))) {
      try Converter(options: options).convert(source(), to: directory.file("a.h5"))
    }
    #expect(try directory.entries().isEmpty)
  }
}
