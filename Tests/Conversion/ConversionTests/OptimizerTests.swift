import Inspection
import MetaGraph
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("What optimizers of every TensorFlow and Keras leave in checkpoints")
struct OptimizerTests {
  /// The graph of a TensorFlow 2 checkpoint is a string, and told by its own rule.
  private static let objectGraph = "_CHECKPOINTABLE_OBJECT_GRAPH"

  @Test("there are more than 25 optimizers of each release")
  func count() throws {
    #expect(OptimizerFixture.all.count > 100)
    for prefix in ["tf0-", "tf1-", "k2-", "k3-"] {
      #expect(OptimizerFixture.all.count { $0.testDescription.hasPrefix(prefix) } >= 15, "\(prefix)")
    }
  }

  @Test(
    "--inference-only loses nothing of the model and leaves out or lists all else", arguments: OptimizerFixture.all)
  func inferenceOnly(fixture: OptimizerFixture) throws {
    let model = try fixture.modelNames()
    let source = try TensorFile.open(fixture.path())
    var options = ConversionOptions()
    options.names = .keep
    options.inferenceOnly = true
    let plan = try Converter(options: options).plan(source, to: "out.safetensors")
    let skipped = Set(plan.skipped.map(\.name)).subtracting([Self.objectGraph])
    let likely = Set(plan.likelyLeftovers.map(\.name))
    #expect(skipped.isDisjoint(with: model) && likely.isDisjoint(with: model))
    #expect(skipped.count + likely.count == (try fixture.truth().trainingCount))
    #expect(Set(plan.tensors.map(\.target.name)).subtracting(likely) == model)

    options.dropsLikely = true
    let bare = try Converter(options: options).plan(source, to: "out.safetensors")
    #expect(Set(bare.tensors.map(\.target.name)) == model)
    #expect(bare.likelyLeftovers.isEmpty)
  }

  @Test("inspect counts what convert leaves out and lists", arguments: OptimizerFixture.all)
  func counts(fixture: OptimizerFixture) throws {
    let path = try fixture.path()
    let source = try TensorFile.open(path)
    var options = ConversionOptions()
    options.names = .keep
    options.inferenceOnly = true
    let plan = try Converter(options: options).plan(source, to: "out.safetensors")
    let graph = try TensorFile.metaPath(of: path).map { try GraphSummary(path: $0) }
    let report = ModelReport(of: source, graph: graph)
    #expect(report.trainingLeftoverCount == plan.skipped.count { $0.name != Self.objectGraph })
    #expect(report.likelyLeftoverCount == plan.likelyLeftovers.count)
  }

  @Test("a converted file without objects and graph loses nothing of the model either", arguments: OptimizerFixture.all)
  func namesAlone(fixture: OptimizerFixture) throws {
    let model = try fixture.modelNames()
    let descriptors = try TensorFile.open(fixture.path()).descriptors
    let found = TrainingLeftover.find(in: descriptors)
    #expect(Set(found.map(\.name)).isDisjoint(with: model))
  }

  @Test(
    "a well-known optimizer is left out, and not only listed",
    arguments: [
      "tf0-adam", "tf0-bert", "tf0-optimize-loss", "tf0-partitioned", "tf1-adafactor-gpt2", "tf1-adafactor-mesh",
      "tf1-adafactor-t2t", "tf1-adamax", "tf1-add-sign", "tf1-ggt", "tf1-keras-saver", "tf1-keras-own", "tf1-lars",
      "tf1-loss-scale", "tf1-own-name-meta", "tf1-shampoo", "tf1-two-adams", "tf1-zero-debias", "k2-adam", "k2-h5",
      "k2-legacy-adam", "k2-saved-model", "k2-weights-h5", "k3-adam", "k3-h5", "k3-loss-scale",
      "k3-muon", "k3-own", "k3-weights-h5", "k3-two-optimizers",
    ])
  func certain(name: String) throws {
    let fixture = OptimizerFixture(testDescription: name)
    let source = try TensorFile.open(fixture.path())
    let found = TrainingLeftover.find(in: source, roles: VariableRoles(beside: source))
    #expect(found.allSatisfy { $0.certainty == .certain }, "\(found.filter { $0.certainty == .likely }.map(\.name))")
  }

  @Test("an optimizer of a name of its own is listed, and with its graph left out")
  func ownName() throws {
    for era in ["tf0", "tf1"] {
      let bare = OptimizerFixture(testDescription: "\(era)-own-name")
      let found = TrainingLeftover.find(in: try TensorFile.open(bare.path()))
      #expect(found.count { $0.certainty == .likely } == 24)
      #expect(found.contains { $0.kind == .slot(optimizer: "MyOpt", of: "dense/kernel") && $0.certainty == .likely })
    }
  }
}
