internal import ModelMapping
internal import WeightFiles

extension GraphBuilder {
  /// Adds Inception v3 up to its pooled features.
  ///
  /// Kernels keep TensorFlow's layout in the file, `[height, width, input, output]`, and are transposed by a node,
  /// which other programs do once, when they load the model. Maps are `[pictures, channels, height, width]`.
  ///
  /// - Parameters:
  ///   - images: pictures, `[pictures, height, width, 3]`.
  ///   - output: what the features are called, `[pictures, features]`.
  /// - Returns: `output`.
  mutating func addNetwork(reading images: String, as output: String) -> String {
    let scope = InceptionV3Layers.scope
    var maps = add("Transpose", [images], as: "\(scope)/images", [.init("perm", .integers([0, 3, 1, 2]))])
    for stage in InceptionV3Network.stages {
      if case .concatenation = stage.node {
        maps = add(stage.node, in: "\(scope)/\(stage.name)", reading: maps)
      } else {
        // A layer that is itself a stage already has its name.
        maps = add(stage.node, in: scope, reading: maps)
      }
    }
    return add("ReduceMean", [maps], as: output, [.init("axes", .integers([2, 3])), .init("keepdims", .integer(0))])
  }

  private mutating func add(_ node: InceptionV3Network.Node, in scope: String, reading input: String) -> String {
    switch node {
    case .convolution(let name, let window): return addConvolution("\(scope)/\(name)", window, reading: input)
    case .pool(let name, let pooling, let window):
      // An average is that of the pixels inside the map, which is the operator's default.
      let operation = pooling == .maximum ? "MaxPool" : "AveragePool"
      return add(operation, [input], as: "\(scope)/\(name)", Self.attributes(of: window))
    case .concatenation(let chains):
      var outputs: [String] = []
      for chain in chains {
        let inner = chain.scope.map { "\(scope)/\($0)" } ?? scope
        var output = input
        for node in chain.nodes { output = add(node, in: inner, reading: output) }
        outputs.append(output)
      }
      return add("Concat", outputs, as: "\(scope)/concat", [.init("axis", .integer(1))])
    }
  }

  /// A convolution, its normalization or the bias that is left of it, and ReLU.
  private mutating func addConvolution(
    _ scope: String, _ window: InceptionV3Network.Window, reading input: String
  ) -> String {
    let kernel = add(
      "Transpose", [weight("\(scope)/weights")], as: "\(scope)/weights/Transpose",
      [.init("perm", .integers([3, 2, 0, 1]))])
    let isFolded = has("\(scope)/biases") && !has("\(scope)/BatchNorm/beta")
    let bias = isFolded ? [weight("\(scope)/biases")] : []
    let maps = add("Conv", [input, kernel] + bias, as: "\(scope)/Conv2D", Self.attributes(of: window))
    return add("Relu", [isFolded ? maps : addNormalization("\(scope)/BatchNorm", of: maps)], as: "\(scope)/Relu")
  }

  private mutating func addNormalization(_ scope: String, of maps: String) -> String {
    let beta = weight("\(scope)/beta")
    // The operator requires a scale, which im2txt's normalizations do not have.
    let scale = has("\(scope)/gamma") ? weight("\(scope)/gamma") : fill(shape(of: beta), with: 1, as: "\(scope)/ones")
    return add(
      "BatchNormalization", [maps, scale, beta, weight("\(scope)/moving_mean"), weight("\(scope)/moving_variance")],
      as: "\(scope)/normalized", [.init("epsilon", .float(Float(FoldedNormalization.epsilon)))])
  }

  private static func attributes(of window: InceptionV3Network.Window) -> [ONNXGraph.Attribute] {
    // At stride 1, TensorFlow's SAME puts the odd one of the added rows or columns at the end.
    let pads =
      window.padding == .same
      ? [(window.height - 1) / 2, (window.width - 1) / 2, window.height / 2, window.width / 2] : [0, 0, 0, 0]
    return [
      .init("kernel_shape", .integers([window.height, window.width])),
      .init("pads", .integers(pads)), .init("strides", .integers([window.stride, window.stride])),
    ]
  }
}
