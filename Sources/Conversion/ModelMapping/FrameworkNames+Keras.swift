extension FrameworkNames {
  /// `keras.applications.InceptionV3` with four more layers, as paths of the datasets in a Keras weights file.
  ///
  /// Keras numbers the layers in the order in which they are made, the same as in TF-slim.
  /// - Source: Keras 3.15 `inception_v3.py` and `legacy_h5_format.py`, checked with the layers of its model.
  static let keras = FrameworkNames(
    scheme: .keras,
    encoder: InceptionV3Layers.all.enumerated().flatMap { index, layer in
      let suffix = KerasLayers.suffix(index)
      return [
        Row(canonical: layer.weightsName, foreign: kerasName("conv2d\(suffix)", "kernel")),
        Row(canonical: layer.biasesName, foreign: kerasName("conv2d\(suffix)", "bias")),
      ]
        + zip(layer.normalizationNames + [layer.gammaName], ["beta", "moving_mean", "moving_variance", "gamma"]).map {
          Row(canonical: $0, foreign: kerasName("batch_normalization\(suffix)", $1))
        }
    },
    scales: [],
    decoder: [
      Row(canonical: "image_embedding/weights", foreign: kerasName("image_embedding", "kernel")),
      Row(canonical: "seq_embedding/map", foreign: kerasName("seq_embedding", "embeddings")),
      Row(canonical: "logits/weights", foreign: kerasName("logits", "kernel")),
      Row(canonical: "logits/biases", foreign: kerasName("logits", "bias")),
    ],
    cell: CellLayout(
      inputKernel: kerasName("lstm_cell", "kernel"), stateKernel: kerasName("lstm_cell", "recurrent_kernel"),
      bias: kerasName("lstm_cell", "bias"), secondBias: nil, isTransposed: false),
    normalize: KerasPaths.of)

  /// The path of a weight's dataset: the layer's group, and in it the name of the weight, which begins with the layer's.
  private static func kerasName(_ layer: String, _ weight: String) -> String { "\(layer)/\(layer)/\(weight):0" }

  /// `conv2d/conv2d/kernel:0`, `conv2d/kernel:0` and `model_weights/conv2d/conv2d/kernel` are one weight: `conv2d/kernel`.
  static func normalizeKerasName(_ name: String) -> String {
    let slash = UInt8(ascii: "/")
    // Checked first, because most names of a large checkpoint have none of these forms.
    let bytes = name.utf8.span
    var slashCount = 0
    for place in bytes.indices where bytes[place] == slash { slashCount += 1 }
    guard (1...3).contains(slashCount), slashCount > 1 || name.utf8.last == UInt8(ascii: "0") else { return name }
    var components = name.utf8.split(separator: slash, omittingEmptySubsequences: false).map { Substring($0) }
    if components.count > 2, components[0] == "model_weights" { components.removeFirst() }
    if components.count == 3, components[0] == components[1] { components.removeFirst() }
    guard components.count == 2 else { return name }
    if components[1].hasSuffix(":0") { components[1].removeLast(2) }
    return components.joined(separator: "/")
  }
}
