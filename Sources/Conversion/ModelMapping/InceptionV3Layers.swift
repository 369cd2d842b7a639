/// One convolution of Inception v3 as TF-slim names it.
package struct ConvolutionLayer: Sendable, Equatable {
  /// How a convolution treats the border.
  package enum Padding: String, Sendable {
    /// Surrounded by zeros, so that stride 1 keeps the extents.
    case same
    /// None.
    case valid
  }

  /// The scope of its variables, such as `InceptionV3/Mixed_5b/Branch_1/Conv2d_0b_5x5`.
  package let scope: String
  /// Rows of the kernel.
  package let kernelHeight: Int
  /// Columns of the kernel.
  package let kernelWidth: Int
  /// Pixels from one output to the next, in both directions.
  package let stride: Int
  /// How the border is treated.
  package let padding: Padding
  /// What it reads.
  package let input: ChannelSource

  /// The kernel, `[height, width, input channels, output channels]`.
  package var weightsName: String { "\(scope)/weights" }

  /// The bias of a convolution whose normalization was folded, `[output channels]`; models have none as they are
  /// trained.
  package var biasesName: String { "\(scope)/biases" }

  /// The scale of its batch normalization, `[output channels]`; im2txt has none.
  package var gammaName: String { "\(scope)/BatchNorm/gamma" }

  /// The variables of its batch normalization, `[output channels]` each: beta, mean and variance. There is no gamma.
  package var normalizationNames: [String] {
    ["beta", "moving_mean", "moving_variance"].map { "\(scope)/BatchNorm/\($0)" }
  }
}

/// What a convolution reads, as far as the number of channels is concerned; pooling keeps it.
package indirect enum ChannelSource: Sendable, Equatable {
  /// The picture.
  case image
  /// The output of the convolution with this scope.
  case layer(String)
  /// Several outputs side by side.
  case concatenation([ChannelSource])
}

/// The convolutions of Inception v3, without the auxiliary head: 94, read from `InceptionV3Network`.
///
/// Scope names are slim's own, oddities included: in Mixed_6a the 3x3 kernels of stride 2 are called 1x1; Mixed_5c's second
/// branch is lettered one further than its neighbors' and has a `Conv_1`; Mixed_7b has two layers lettered 0b.
/// - Source: `inception_v3.py` of TensorFlow 0.12.1's slim, checked with the variables that its graph creates.
package enum InceptionV3Layers {
  /// All convolutions, in the order in which they run.
  package static let all: [ConvolutionLayer] = network.layers

  /// The channels of the pooled features.
  package static let features: ChannelSource = network.output

  /// The scope that contains all of them.
  package static let scope = "InceptionV3"

  private static let network = build()

  private static func build() -> (layers: [ConvolutionLayer], output: ChannelSource) {
    var layers: [ConvolutionLayer] = []
    func add(_ node: InceptionV3Network.Node, scope: String, input: ChannelSource) -> ChannelSource {
      switch node {
      case .convolution(let name, let window):
        let scope = "\(scope)/\(name)"
        layers.append(
          ConvolutionLayer(
            scope: scope, kernelHeight: window.height, kernelWidth: window.width, stride: window.stride,
            padding: window.padding, input: input))
        return .layer(scope)
      case .pool: return input
      case .concatenation(let chains):
        return .concatenation(
          chains.map { chain in
            let inner = chain.scope.map { "\(scope)/\($0)" } ?? scope
            return chain.nodes.reduce(input) { add($1, scope: inner, input: $0) }
          })
      }
    }
    let output = InceptionV3Network.stages.reduce(ChannelSource.image) { input, stage in
      // A layer that is itself a stage already has its name.
      if case .concatenation = stage.node {
        return add(stage.node, scope: "\(scope)/\(stage.name)", input: input)
      }
      return add(stage.node, scope: scope, input: input)
    }
    return (layers, output)
  }
}
