import Messages
import Tensors
import Testing

@testable import ModelMapping

@Suite("What only training needs")
struct TrainingLeftoverTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    var dimensions: [Int] = []
    let kind: TrainingLeftover.Kind?
    var testDescription: String { "\(name) \(dimensions)" }
  }

  private static let rows: [Row] = [
    Row(name: "global_step", kind: .globalStep),
    Row(name: "global_step", dimensions: [5], kind: nil),
    Row(name: "my_global_step", kind: nil),
    Row(name: "beta1_power", kind: .optimizerScalar),
    Row(name: "OptimizeLoss/beta2_power", kind: .optimizerScalar),
    Row(name: "learning_rate", kind: .learningRate),
    Row(name: "OptimizeLoss/learning_rate", kind: .learningRate),
    Row(name: "layer/w/Adam", dimensions: [3, 4], kind: .slot(optimizer: "Adam", of: "layer/w")),
    Row(name: "layer/w/Adam_1", dimensions: [3, 4], kind: .slot(optimizer: "Adam", of: "layer/w")),
    Row(name: "train/x/layer/w/Momentum", dimensions: [3, 4], kind: .slot(optimizer: "Momentum", of: "layer/w")),
    Row(name: "layer/w/RMSProp_1", dimensions: [3, 4], kind: .slot(optimizer: "RMSProp", of: "layer/w")),
    Row(name: "layer/w/Adagrad", dimensions: [3, 4], kind: .slot(optimizer: "Adagrad", of: "layer/w")),
    Row(name: "layer/w/Ftrl_1", dimensions: [3, 4], kind: .slot(optimizer: "Ftrl", of: "layer/w")),
    Row(name: "layer/w/ExponentialMovingAverage", dimensions: [3, 4], kind: .movingAverage(of: "layer/w")),
    // Of another shape, or beside no variable: a layer that is only called so.
    Row(name: "layer/w/Momentum", dimensions: [3, 5], kind: nil),
    Row(name: "layer/Momentum", dimensions: [3, 4], kind: nil),
    Row(name: "Adam", dimensions: [3, 4], kind: nil),
    Row(name: "BatchNorm/moving_mean", dimensions: [3], kind: nil),
    // TensorFlow 2.
    Row(name: "save_counter/.ATTRIBUTES/VARIABLE_VALUE", kind: .saveCounter),
    Row(name: "optimizer/iter/.ATTRIBUTES/VARIABLE_VALUE", kind: .saveCounter),
    Row(name: "optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE", kind: .learningRate),
    Row(
      name: "model/w/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE", dimensions: [3, 4],
      kind: .slot(optimizer: "the optimizer", of: "model/w")),
  ]

  @Test("each kind is recognized by name and shape", arguments: rows)
  func kinds(row: Row) throws {
    let variable = try TensorDescriptor(.float32, "layer/w", [3, 4])
    let found = TrainingLeftover.find(in: [variable, try TensorDescriptor(.float32, row.name, row.dimensions)])
    #expect(found == row.kind.map { [TrainingLeftover(name: row.name, kind: $0)] } ?? [])
    #expect(found.allSatisfy { !$0.reason.isEmpty })
  }

  @Test("of im2txt's variables only global_step is a leftover")
  func showAndTell() throws {
    let found = TrainingLeftover.find(in: try VariableList("show-and-tell-variables.tsv").descriptors)
    #expect(found.map(\.name) == ["global_step"])
  }

  @Test(
    "State of PyTorch's optimizers is found under any name of the program",
    arguments: ["optimizer", "optimizer_state_dict", "optimizer_states.0", "opt", "trainer.optim", ""])
  func torchOptimizers(scope: String) throws {
    let prefix = scope.isEmpty ? "" : scope + "."
    let state = [
      "\(prefix)state.0.exp_avg", "\(prefix)state.0.exp_avg_sq", "\(prefix)state.0.step", "\(prefix)state.11.exp_avg",
    ]
    let model = ["state_dict.fc.weight", "state_dict.state.0.weight", "state_dict.step", "rnn.state.weight"]
    let descriptors = try (state + model).sorted().map { try TensorDescriptor(.float32, $0, [2]) }
    #expect(TrainingLeftover.find(in: descriptors).map(\.name) == state.sorted())
  }

  @Test("State of an optimizer under the names of parameters is found by the optimizer's name")
  func shardedOptimizers() throws {
    let names = [
      "model.a.b.weight", "optim.state.a.b.weight.exp_avg", "optim.state.a.b.weight.step", "other.state.a.weight",
    ]
    let found = TrainingLeftover.find(in: try names.map { try TensorDescriptor(.float32, $0, [2]) })
    #expect(found.map(\.name) == Array(names[1...2]))
  }
}
