extension FrameworkNames {
  /// The state dict of `torchvision.models.inception_v3` with four more modules.
  ///
  /// A module with `image_embedding`, `seq_embedding`, `lstm` and `logits` in addition to torchvision's own loads it
  /// strictly. The normalization's scale, which slim does not have, is written as ones.
  /// - Source: torchvision 0.29 `inception.py`, checked with the state dict of its module.
  static let pyTorch = FrameworkNames(
    scheme: .pytorch,
    encoder: zip(InceptionV3Layers.all, pyTorchLayers).flatMap { layer, module in
      [
        Row(canonical: layer.weightsName, foreign: "\(module).conv.weight", layout: .convolution),
        Row(canonical: layer.biasesName, foreign: "\(module).conv.bias"),
      ]
        + zip(layer.normalizationNames, ["bias", "running_mean", "running_var"]).map {
          Row(canonical: $0, foreign: "\(module).bn.\($1)")
        }
    },
    scales: zip(InceptionV3Layers.all, pyTorchLayers).map { layer, module in
      Scale(canonical: layer.gammaName, foreign: "\(module).bn.weight", beta: layer.normalizationNames[0])
    },
    decoder: [
      Row(canonical: "image_embedding/weights", foreign: "image_embedding.weight", layout: .transposed),
      Row(canonical: "seq_embedding/map", foreign: "seq_embedding.weight"),
      Row(canonical: "logits/weights", foreign: "logits.weight", layout: .transposed),
      Row(canonical: "logits/biases", foreign: "logits.bias"),
    ],
    cell: CellLayout(
      inputKernel: "lstm.weight_ih", stateKernel: "lstm.weight_hh", bias: "lstm.bias_ih", secondBias: "lstm.bias_hh",
      isTransposed: true),
    normalize: { $0 })

  /// torchvision's modules in the order of `InceptionV3Layers.all`.
  static let pyTorchLayers: [String] =
    ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"]
    + [
      (["Mixed_5b", "Mixed_5c", "Mixed_5d"], pyTorchBlockA), (["Mixed_6a"], pyTorchBlockB),
      (["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"], pyTorchBlockC), (["Mixed_7a"], pyTorchBlockD),
      (["Mixed_7b", "Mixed_7c"], pyTorchBlockE),
    ].flatMap { blocks, layers in blocks.flatMap { block in layers.map { "\(block).\($0)" } } }

  private static let pyTorchBlockA = [
    "branch1x1", "branch5x5_1", "branch5x5_2", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3", "branch_pool",
  ]
  private static let pyTorchBlockB = ["branch3x3", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"]
  private static let pyTorchBlockC = [
    "branch1x1", "branch7x7_1", "branch7x7_2", "branch7x7_3", "branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3",
    "branch7x7dbl_4", "branch7x7dbl_5", "branch_pool",
  ]
  private static let pyTorchBlockD = [
    "branch3x3_1", "branch3x3_2", "branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4",
  ]
  private static let pyTorchBlockE = [
    "branch1x1", "branch3x3_1", "branch3x3_2a", "branch3x3_2b", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3a",
    "branch3x3dbl_3b", "branch_pool",
  ]
}
