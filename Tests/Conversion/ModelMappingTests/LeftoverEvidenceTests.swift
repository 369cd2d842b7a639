import Bytes
import Tensors
import Testing

@testable import ModelMapping

@Suite("Evidence for what only training needs")
struct LeftoverEvidenceTests {
  /// A checkpoint by names and shapes, and what is to be found in it.
  struct Model: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tensors: [(name: String, dimensions: [Int])]
    var certain: Set<String> = []
    var likely: Set<String> = []
    /// What a graph beside it trains; nil without one.
    var trained: Set<String>?
    /// Tensors of one integer.
    var counts: Set<String> = []
  }

  private static let models: [Model] = [
    Model(
      testDescription: "a layer called Adam, and variables w and w_1",
      tensors: [
        ("Adam/w", [3]), ("Adam/w_1", [3]), ("Adam/kernel", [3, 3]), ("w", [4]), ("w_1", [4]), ("Momentum", [4]),
      ]),
    Model(
      testDescription: "variables Adam and Adam_1 of a layer",
      tensors: [("layer/Adam", [3]), ("layer/Adam_1", [3]), ("layer/kernel", [3, 3])]),
    Model(
      testDescription: "a generator and a discriminator of the same shapes",
      tensors: [
        ("generator/dense/kernel", [3, 4]), ("discriminator/dense/kernel", [3, 4]), ("dense/kernel", [3, 4]),
        ("generator/dense/kernel/Adam", [3, 4]), ("discriminator/dense/kernel/Adam", [3, 4]),
      ], certain: ["generator/dense/kernel/Adam", "discriminator/dense/kernel/Adam"]),
    Model(
      testDescription: "masks of some weights",
      tensors: [
        ("a/kernel", [3, 4]), ("a/bias", [4]), ("a/kernel/mask", [3, 4]), ("b/kernel", [4, 4]), ("b/bias", [4]),
        ("b/gamma", [4]),
      ]),
    Model(
      testDescription: "masks of every weight are only likely, even with a graph",
      tensors: [("a", [3]), ("a/mask", [3]), ("b", [3]), ("b/mask", [3])], likely: ["a/mask", "b/mask"],
      trained: ["a", "b"]),
    Model(
      testDescription: "what hangs on variables is the model's where the graph trains it",
      tensors: [("a", [3]), ("a/Momentum", [3]), ("b", [3]), ("b/Momentum", [3])], certain: ["b/Momentum"],
      trained: ["a", "a/Momentum", "b"]),
    Model(
      testDescription: "slots made by hand on every variable, which the graph lists as trained",
      tensors: [
        ("a", [3]), ("a/adam_m", [3]), ("a/adam_v", [3]), ("b", [2]), ("b/adam_m", [2]), ("b/adam_v", [2]),
      ], certain: ["a/adam_m", "a/adam_v", "b/adam_m", "b/adam_v"],
      trained: ["a", "a/adam_m", "a/adam_v", "b", "b/adam_m", "b/adam_v"]),
    Model(
      testDescription: "an unknown optimizer with two slots",
      tensors: [
        ("a", [3]), ("a/My", [3]), ("a/My_1", [3]), ("b", [2]), ("b/My", [2]), ("b/My_1", [2]), ("c/moving_mean", [2]),
      ],
      likely: ["a/My", "a/My_1", "b/My", "b/My_1"]),
    Model(
      testDescription: "an unknown optimizer with two slots and its graph",
      tensors: [("a", [3]), ("a/My", [3]), ("a/My_1", [3]), ("b", [2]), ("b/My", [2]), ("b/My_1", [2])],
      certain: ["a/My", "a/My_1", "b/My", "b/My_1"], trained: ["a", "b"]),
    Model(
      testDescription: "a name that hangs on a variable here and on none there",
      tensors: [("a", [3]), ("a/x", [3]), ("b", [3]), ("b/x", [3]), ("c/x", [3])]),
    Model(
      testDescription: "a hanging name of another shape",
      tensors: [("a", [3]), ("a/x", [3]), ("b", [3]), ("b/x", [5])]),
    Model(
      testDescription: "factors of an unknown optimizer",
      tensors: [
        ("a", [3, 4]), ("a/f_r", [3]), ("a/f_c", [4]), ("b", [2, 5]), ("b/f_r", [2]), ("b/f_c", [5]), ("c", [7]),
      ], likely: ["a/f_r", "a/f_c", "b/f_r", "b/f_c"]),
    Model(
      testDescription: "nothing but slots", tensors: [("a/Adam", [3]), ("a/Adam_1", [3]), ("beta1_power", [])],
      certain: ["beta1_power"], likely: ["a/Adam", "a/Adam_1"]),
    Model(
      testDescription: "averages alone are a model",
      tensors: [("a/ExponentialMovingAverage", [3]), ("b/ExponentialMovingAverage", [4])]),
    Model(
      testDescription: "statistics that a program averaged itself",
      tensors: [("w", [3]), ("bn/moments/Squeeze/ExponentialMovingAverage", [3]), ("bn/moving_mean", [3])]),
    Model(
      testDescription: "two slots that claim one variable, one by a scope in front",
      tensors: [("w", [3]), ("v", [2]), ("w/Adam", [3]), ("lost/w/Adam", [3])], certain: ["w/Adam"],
      likely: ["lost/w/Adam"]),
    Model(
      testDescription: "two optimizers in scopes of their own",
      tensors: [
        ("w", [3]), ("v", [2]), ("d/w/Adam", [3]), ("d/v/Adam", [2]), ("g/w/Adam", [3]), ("g/v/Adam", [2]),
      ], certain: ["d/w/Adam", "d/v/Adam", "g/w/Adam", "g/v/Adam"]),
    Model(
      testDescription: "Keras 2.2, whose slots have no names",
      tensors: [
        ("dense/kernel", [3, 4]), ("dense/bias", [4]), ("Adam/iterations", []), ("Adam/lr", []), ("Adam/beta_1", []),
        ("training/Adam/Variable", [3, 4]), ("training/Adam/Variable_1", [4]), ("training/Adam/Variable_12", [3, 4]),
      ],
      certain: [
        "Adam/iterations", "Adam/lr", "Adam/beta_1", "training/Adam/Variable", "training/Adam/Variable_1",
        "training/Adam/Variable_12",
      ], counts: ["Adam/iterations"]),
    Model(
      testDescription: "a layer under the name training/Adam without an optimizer's count",
      tensors: [("training/Adam/Variable", [3, 4]), ("w", [3, 4])], likely: ["training/Adam/Variable"]),
    Model(
      testDescription: "Keras 3 without its object graph",
      tensors: [
        ("model/optimizer/_iterations", []), ("model/optimizer/_learning_rate", []),
        ("model/optimizer/_trainable_variables/3", [3, 4]), ("model/optimizer/_variables/2", [3, 4]),
        ("model/_operations/1/kernel", [3, 4]),
      ],
      certain: [
        "model/optimizer/_iterations", "model/optimizer/_learning_rate", "model/optimizer/_variables/2",
      ], counts: ["model/optimizer/_iterations"]),
    Model(
      testDescription: "a layer called optimizer in a Keras weight file",
      tensors: [("layers/optimizer/vars/0", [3, 4]), ("layers/optimizer/vars/1", [4]), ("layers/dense/vars/0", [3])]),
    Model(
      testDescription: "a scope with a count of its own, and weights that hang on nothing",
      tensors: [("net/iter", []), ("net/decay", []), ("net/dense/kernel", [3, 4]), ("dense/bias", [4])],
      likely: ["net/iter"], counts: ["net/iter"]),
    Model(
      testDescription: "Mesh TensorFlow's names",
      tensors: [
        ("enc/kernel", [3, 4]), ("enc/kernel_slot_vr", [3]), ("enc/kernel_slot_vc", [4]), ("enc/scale", [4]),
        ("enc/scale_slot_v", [4]), ("time_slot_v", [4]), ("enc/x_slot_v", [4]),
      ], certain: ["enc/kernel_slot_vr", "enc/kernel_slot_vc", "enc/scale_slot_v"]),
  ]

  @Test("each model keeps what is its own", arguments: models)
  func found(model: Model) throws {
    let descriptors = try model.tensors.map {
      try TensorDescriptor(model.counts.contains($0.name) ? .int64 : .float32, $0.name, $0.dimensions)
    }.sorted { $0.name.precedesInBytes($1.name) }
    var roles: VariableRoles?
    if let trained = model.trained {
      var made = VariableRoles()
      for tensor in model.tensors {
        made.insert(tensor.name, isTrainable: trained.contains(tensor.name), isOfModel: false)
      }
      roles = made
    }
    var search = LeftoverSearch(descriptors, origins: [], roles: roles)
    let found = search.run()
    #expect(Set(found.filter { $0.certainty == .certain }.map(\.name)) == model.certain)
    #expect(Set(found.filter { $0.certainty == .likely }.map(\.name)) == model.likely)
  }

  @Test("a hundred thousand variables and long names take moments", .timeLimit(.minutes(1)))
  func large() throws {
    var tensors: [TensorDescriptor] = []
    for index in 0..<25_000 {
      for suffix in ["", "/My", "/My_1", "/Adam"] {
        tensors.append(try TensorDescriptor(.float32, "net/block_\(index)/kernel\(suffix)", [2, 3]))
      }
    }
    let deep = String(repeating: "a/", count: 20_000)
    for suffix in ["w/Adam", "w_slot_v", "x"] { tensors.append(try TensorDescriptor(.float32, deep + suffix, [2])) }
    #expect(TrainingLeftover.find(in: tensors).count == 75_000)
  }
}
