/// Where the weights of a neural network's layers are.
///
/// - Source: coremltools 9 `mlmodel/format/NeuralNetwork.proto`; the rows are what its descriptors say leads to
///   `WeightParams`.
indirect enum CoreMLLayers {
  /// Weights.
  case weights
  /// Weights that may occur several times.
  case manyWeights
  /// A message with weights in it: the numbers and names of fields.
  case message([UInt32: (name: String, CoreMLLayers)])
  /// Messages that may occur several times.
  case many([UInt32: (name: String, CoreMLLayers)])
  /// A network with layers of its own.
  case network

  /// The fields of a layer that have its kind.
  static let kinds: [UInt32: CoreMLLayers] = [
    100: .message(pair(90)), 130: .message(activation), 140: .message(pair(20)), 150: .message(pair(20)),
    160: .message(fields([15: "gamma", 16: "beta", 17: "mean", 18: "variance"])),
    245: .message(fields([2: "scale", 5: "bias"])), 250: .message(fields([2: "bias"])),
    290: .message(fields([2: "data"])),
    400: .message(
      fields([30: "weightMatrix", 31: "recursionMatrix", 32: "biasVector"])
        .merging([10: ("activation", .message(activation))]) { own, _ in own }),
    410: .message(gru.merging([10: ("activations", .many(activation))]) { own, _ in own }),
    420: .message([10: ("activations", .many(activation)), 20: ("weightParams", .message(lstm))]),
    430: .message([
      10: ("activationsForwardLSTM", .many(activation)), 11: ("activationsBackwardLSTM", .many(activation)),
      20: ("weightParams", .many(lstm)),
    ]),
    500: .message([20: ("weights", .manyWeights)]),
    605: .message([1: ("ifBranch", .network), 2: ("elseBranch", .network)]),
    615: .message([3: ("conditionNetwork", .network), 4: ("bodyNetwork", .network)]),
    1040: .message(pair(20)), 1045: .message(pair(8)), 1070: .message(fields([2: "data"])),
    1350: .message(fields([3: "gamma", 4: "beta"])), 1471: .message(pair(60)),
  ]

  private static func fields(_ names: [UInt32: String]) -> [UInt32: (name: String, CoreMLLayers)] {
    names.mapValues { ($0, .weights) }
  }

  /// `weights` and `bias`, in neighboring fields.
  private static func pair(_ first: UInt32) -> [UInt32: (name: String, CoreMLLayers)] {
    fields([first: "weights", first + 1: "bias"])
  }

  private static let activation: [UInt32: (name: String, CoreMLLayers)] = [
    25: ("PReLU", .message(fields([1: "alpha"]))),
    71: ("parametricSoftplus", .message(fields([1: "alpha", 2: "beta"]))),
  ]

  private static let gru = fields([
    30: "updateGateWeightMatrix", 31: "resetGateWeightMatrix", 32: "outputGateWeightMatrix",
    50: "updateGateRecursionMatrix", 51: "resetGateRecursionMatrix", 52: "outputGateRecursionMatrix",
    70: "updateGateBiasVector", 71: "resetGateBiasVector", 72: "outputGateBiasVector",
  ])

  private static let lstm = fields([
    1: "inputGateWeightMatrix", 2: "forgetGateWeightMatrix", 3: "blockInputWeightMatrix", 4: "outputGateWeightMatrix",
    20: "inputGateRecursionMatrix", 21: "forgetGateRecursionMatrix", 22: "blockInputRecursionMatrix",
    23: "outputGateRecursionMatrix", 40: "inputGateBiasVector", 41: "forgetGateBiasVector",
    42: "blockInputBiasVector", 43: "outputGateBiasVector", 60: "inputGatePeepholeVector",
    61: "forgetGatePeepholeVector", 62: "outputGatePeepholeVector",
  ])
}
