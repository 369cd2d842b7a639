/// Which variables a built-in layer of Keras has, in the order in which it saves them, and which layers are parts of it.
///
/// - Source: Keras 3.15, `layers/`. `Fixtures/make/keras_archives.py` saves every layer that has variables, with the names that Keras gives
///   them; a test compares all of them with these rules.
enum KerasLayerRules {
  /// A variable, which some settings leave out.
  struct Variable {
    let name: String
    var condition = Condition.always
  }

  /// When a variable exists.
  enum Condition {
    case always
    case isTrue(String)
    case isFalse(String)
    case isGiven(String)
    case equals(String, String)

    func holds(for config: KerasConfig) -> Bool {
      switch self {
      case .always: true
      case .isTrue(let key): config.settings[key] == "true"
      case .isFalse(let key): config.settings[key] == "false"
      case .isGiven(let key): config.settings[key] != nil
      case .equals(let key, let value): config.settings[key] == value
      }
    }
  }

  /// The variables of a layer itself, in order; nil for a class that has no rule.
  static func variables(of config: KerasConfig) -> [String]? {
    guard config.isBuiltIn else { return nil }
    return variables[config.className]?.filter { $0.condition.holds(for: config) }.map(\.name)
  }

  /// A dense layer that an attention layer makes for itself: the attribute that holds it, and its name.
  struct Projection {
    let attribute: String
    let name: String
    var condition = Condition.always
  }

  static let projections: [String: [Projection]] = [
    "MultiHeadAttention": [
      Projection(attribute: "query_dense", name: "query"), Projection(attribute: "key_dense", name: "key"),
      Projection(attribute: "value_dense", name: "value"),
      Projection(attribute: "output_dense", name: "attention_output"),
    ],
    "GroupQueryAttention": [
      Projection(attribute: "_query_dense", name: "query"), Projection(attribute: "_key_dense", name: "key"),
      Projection(attribute: "_value_dense", name: "value"),
      Projection(attribute: "_gate_dense", name: "gate", condition: .isTrue("use_gate")),
      Projection(attribute: "_output_dense", name: "attention_output"),
    ],
  ]

  /// The classes whose names in Python are not those in `config.json`; groups have the name in Python.
  static let namesInPython = ["GroupQueryAttention": "GroupedQueryAttention"]

  /// The name of the cell that a recurrent layer makes for itself.
  static let cells: [String: String] = [
    "LSTM": "lstm_cell", "GRU": "gru_cell", "SimpleRNN": "simple_rnn_cell", "ConvLSTM1D": "conv_lstm_cell",
    "ConvLSTM2D": "conv_lstm_cell", "ConvLSTM3D": "conv_lstm_cell",
  ]

  /// A kernel, and a bias unless the layer uses none.
  static let kernelAndBias = [Variable(name: "kernel"), bias]
  /// The variables of a recurrent cell.
  static let cell = [Variable(name: "kernel"), Variable(name: "recurrent_kernel"), bias]

  private static let bias = Variable(name: "bias", condition: .isTrue("use_bias"))
  private static let separable = [
    Variable(name: "depthwise_kernel"), Variable(name: "pointwise_kernel"), bias,
  ]
  private static let scaleAndOffset = [
    Variable(name: "gamma", condition: .isTrue("scale")), Variable(name: "beta", condition: .isTrue("center")),
  ]

  private static let variables: [String: [Variable]] = [
    "Dense": kernelAndBias,
    "EinsumDense": [Variable(name: "kernel"), Variable(name: "bias", condition: .isGiven("bias_axes"))],
    "Embedding": [Variable(name: "embeddings")],
    "ReversibleEmbedding": [
      Variable(name: "embeddings"), Variable(name: "reverse_embeddings", condition: .isFalse("tie_weights")),
    ],
    "Conv1D": kernelAndBias, "Conv2D": kernelAndBias, "Conv3D": kernelAndBias,
    "Conv1DTranspose": kernelAndBias, "Conv2DTranspose": kernelAndBias, "Conv3DTranspose": kernelAndBias,
    "DepthwiseConv1D": kernelAndBias, "DepthwiseConv2D": kernelAndBias,
    "SeparableConv1D": separable, "SeparableConv2D": separable,
    "BatchNormalization": scaleAndOffset + [
      Variable(name: "moving_mean"), Variable(name: "moving_variance"),
      Variable(name: "moving_stddev", condition: .isTrue("renorm")),
      Variable(name: "renorm_mean", condition: .isTrue("renorm")),
      Variable(name: "renorm_stddev", condition: .isTrue("renorm")),
    ],
    "LayerNormalization": scaleAndOffset, "GroupNormalization": scaleAndOffset,
    // The first is the kernel of the layer within, which has its own name there.
    "SpectralNormalization": [Variable(name: "vars/0"), Variable(name: "vector_u")],
    "RMSNormalization": [Variable(name: "scale")],
    "Normalization": [Variable(name: "mean"), Variable(name: "variance"), Variable(name: "count")],
    "PReLU": [Variable(name: "alpha")],
    "LSTMCell": cell, "GRUCell": cell, "SimpleRNNCell": cell,
    "Attention": [
      Variable(name: "scale", condition: .isTrue("use_scale")),
      Variable(name: "concat_score_weight", condition: .equals("score_mode", "concat")),
    ],
    "AdditiveAttention": [Variable(name: "scale", condition: .isTrue("use_scale"))],
  ]
}
