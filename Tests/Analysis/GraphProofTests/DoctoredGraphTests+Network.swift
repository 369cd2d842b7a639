import GraphProof

private let network = "InceptionV3/InceptionV3"

extension DoctoredGraphTests {
  static let networkRows: [Row] = [
    Row(
      "a stride", .v0_12, "\(network)/Conv2d_1a_3x3/convolution",
      reports: found("\(network)/Conv2d_1a_3x3/convolution", "strides", "[1, 3, 3, 1]", "[1, 2, 2, 1]")
    ) { try $0.setAttribute("strides", WireMessage.integers([1, 3, 3, 1])) },
    Row(
      "a stride", .v1_15, "\(network)/Mixed_6a/Branch_1/Conv2d_1a_1x1/Conv2D",
      reports: found("\(network)/Mixed_6a/Branch_1/Conv2d_1a_1x1/Conv2D", "strides", "[1, 1, 2, 1]", "[1, 2, 2, 1]")
    ) { try $0.setAttribute("strides", WireMessage.integers([1, 1, 2, 1])) },
    Row(
      "a padding", .v0_12, "\(network)/Conv2d_2b_3x3/convolution",
      reports: found("\(network)/Conv2d_2b_3x3/convolution", "padding", "VALID", "SAME")
    ) { try $0.setAttribute("padding", [WireMessage.text(2, "VALID")]) },
    Row(
      "a dilation", .v1_15, "\(network)/Mixed_7c/Branch_2/Conv2d_0b_3x3/Conv2D",
      reports: found("\(network)/Mixed_7c/Branch_2/Conv2d_0b_3x3/Conv2D", "dilations", "[1, 2, 2, 1]", "[1, 1, 1, 1]")
    ) { try $0.setAttribute("dilations", WireMessage.integers([1, 2, 2, 1])) },
    Row(
      "a layout", .v1_15, "\(network)/Conv2d_4a_3x3/Conv2D",
      reports: found("\(network)/Conv2d_4a_3x3/Conv2D", "data_format", "NCHW", "NHWC")
    ) {
      try $0.setAttribute("data_format", [WireMessage.text(2, "NCHW")])
      // The same window in that layout is not a second difference.
      try $0.setAttribute("strides", WireMessage.integers([1, 1, 1, 1]))
    },
    Row(
      "a filter's shape", .v0_12, "InceptionV3/Conv2d_2b_3x3/weights",
      reports: found("InceptionV3/Conv2d_2b_3x3/weights", "shape", "[3, 5, 16, 16]", "[3, 3, 16, any]")
    ) { try $0.setAttribute("shape", WireMessage.shape([3, 5, 16, 16])) },
    Row(
      "an epsilon", .v0_12, "\(network)/Mixed_5b/Branch_0/Conv2d_0a_1x1/BatchNorm/batchnorm/add/y",
      reports: found(
        "\(network)/Mixed_5b/Branch_0/Conv2d_0a_1x1/BatchNorm/batchnorm/add/y", "epsilon", "0.002", "0.001")
    ) { try $0.setAttribute("value", WireMessage.tensor(float: 0.002)) },
    Row(
      "an epsilon", .v1_15, "\(network)/Mixed_5b/Branch_0/Conv2d_0a_1x1/BatchNorm/FusedBatchNormV3",
      reports: found(
        "\(network)/Mixed_5b/Branch_0/Conv2d_0a_1x1/BatchNorm/FusedBatchNormV3", "epsilon", "1e-05", "0.001")
    ) { try $0.setAttribute("epsilon", [WireMessage.float(4, 1e-5)]) },
    Row(
      "statistics of the batch", .v1_15, "\(network)/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3",
      reports: found(
        "\(network)/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3", "normalization", "by the statistics of the batch",
        "by stored statistics")
    ) { try $0.setAttribute("is_training", [WireMessage.varint(5, 1)]) },
    Row(
      "mean and variance for each other", .v1_15, "\(network)/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3",
      reports: found(
        "\(network)/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3", "moving_mean",
        "InceptionV3/Conv2d_2a_3x3/BatchNorm/moving_variance", "InceptionV3/Conv2d_2a_3x3/BatchNorm/moving_mean"),
      found(
        "\(network)/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3", "moving_variance",
        "InceptionV3/Conv2d_2a_3x3/BatchNorm/moving_mean", "InceptionV3/Conv2d_2a_3x3/BatchNorm/moving_variance")
    ) { $0.swapInputs(3, 4) },
    Row(
      "another layer's beta", .v0_12, "\(network)/Conv2d_2a_3x3/BatchNorm/batchnorm/sub",
      reports: found(
        "\(network)/Conv2d_2a_3x3/BatchNorm/batchnorm/mul", "beta", "InceptionV3/Conv2d_2b_3x3/BatchNorm/beta",
        "InceptionV3/Conv2d_2a_3x3/BatchNorm/beta")
    ) { $0.setInput(0, "InceptionV3/Conv2d_2b_3x3/BatchNorm/beta/read") },
    Row(
      "an activation", .v1_15, "\(network)/Mixed_6b/Branch_3/Conv2d_0b_1x1/Relu",
      reports: found("\(network)/Mixed_6b/Branch_3/Conv2d_0b_1x1/Relu", "activation", "Relu6", "Relu")
    ) { $0.setOp("Relu6") },
    Row(
      "the order of a concatenation", .v0_12, "\(network)/Mixed_5b/concat",
      reports: found(
        "\(network)/Mixed_5b/concat", "inputs",
        "Mixed_5b/Branch_1/Conv2d_0b_5x5, Mixed_5b/Branch_0/Conv2d_0a_1x1, Mixed_5b/Branch_2/Conv2d_0c_3x3, "
          + "Mixed_5b/Branch_3/Conv2d_0b_1x1",
        "Mixed_5b/Branch_0/Conv2d_0a_1x1, Mixed_5b/Branch_1/Conv2d_0b_5x5, Mixed_5b/Branch_2/Conv2d_0c_3x3, "
          + "Mixed_5b/Branch_3/Conv2d_0b_1x1")
    ) { $0.swapInputs(1, 2) },
    Row(
      "the order of a concatenation inside another", .v1_15, "\(network)/Mixed_7c/Branch_1/concat",
      reports: found(
        "\(network)/Mixed_7c/concat", "inputs",
        "Mixed_7c/Branch_0/Conv2d_0a_1x1, Mixed_7c/Branch_1/Conv2d_0c_3x1, Mixed_7c/Branch_1/Conv2d_0b_1x3, "
          + "Mixed_7c/Branch_2/Conv2d_0c_1x3, Mixed_7c/Branch_2/Conv2d_0d_3x1, Mixed_7c/Branch_3/Conv2d_0b_1x1",
        "Mixed_7c/Branch_0/Conv2d_0a_1x1, Mixed_7c/Branch_1/Conv2d_0b_1x3, Mixed_7c/Branch_1/Conv2d_0c_3x1, "
          + "Mixed_7c/Branch_2/Conv2d_0c_1x3, Mixed_7c/Branch_2/Conv2d_0d_3x1, Mixed_7c/Branch_3/Conv2d_0b_1x1")
    ) { $0.swapInputs(0, 1) },
    Row(
      "the axis of a concatenation", .v0_12, "\(network)/Mixed_6a/concat/concat_dim",
      reports: found("\(network)/Mixed_6a/concat", "axis", "2.0", "3, the channels")
    ) { try $0.setAttribute("value", WireMessage.tensor(integers: [2])) },
    Row(
      "a pool's kind", .v0_12, "\(network)/MaxPool_3a_3x3/MaxPool",
      reports: found("\(network)/MaxPool_3a_3x3/MaxPool", "operation", "AvgPool", "MaxPool")
    ) { $0.setOp("AvgPool") },
    Row(
      "a pool's kind in a branch", .v1_15, "\(network)/Mixed_7a/Branch_2/MaxPool_1a_3x3/MaxPool",
      reports: found("\(network)/Mixed_7a/Branch_2/MaxPool_1a_3x3/MaxPool", "operation", "AvgPool", "MaxPool")
    ) { $0.setOp("AvgPool") },
    Row(
      "the window of the last pool", .v1_15, "InceptionV3/logits/pool/AvgPool",
      reports: found("InceptionV3/logits/pool/AvgPool", "ksize", "[1, 7, 7, 1]", "[1, 8, 8, 1]")
    ) { try $0.setAttribute("ksize", WireMessage.integers([1, 7, 7, 1])) },
    Row(
      "what a convolution reads", .v0_12, "\(network)/Mixed_6b/Branch_1/Conv2d_0b_1x7/convolution",
      reports: found(
        "\(network)/Mixed_6b/Branch_1/Conv2d_0b_1x7/convolution", "input", "Mixed_6b/Branch_2/Conv2d_0a_1x1",
        "Mixed_6b/Branch_1/Conv2d_0a_1x1")
    ) { $0.setInput(0, "\(network)/Mixed_6b/Branch_2/Conv2d_0a_1x1/Relu") },
    Row(
      "a convolution of another kind", .v1_15, "\(network)/Conv2d_2a_3x3/Conv2D",
      reports: found("\(network)/Conv2d_2a_3x3/Conv2D", "operation", "DepthwiseConv2dNative", "Conv2D")
    ) { $0.setOp("DepthwiseConv2dNative") },
    Row(
      "an operation that nobody knows", .v1_15, "\(network)/Conv2d_2a_3x3/Relu",
      reports: found(
        "\(network)/Conv2d_2b_3x3/Conv2D", "input", "Mystery '\(network)/Conv2d_2a_3x3/Relu'", "Conv2d_2a_3x3")
    ) { $0.setOp("Mystery") },
  ]
}
