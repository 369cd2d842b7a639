/// One convolution of Inception v3 as TF-slim names it.
public struct ConvolutionLayer: Sendable, Equatable {
  /// How a convolution treats the border.
  public enum Padding: String, Sendable {
    /// Zeros around, so that stride 1 keeps the extents.
    case same
    /// None.
    case valid
  }

  /// The scope of its variables, such as `InceptionV3/Mixed_5b/Branch_1/Conv2d_0b_5x5`.
  public let scope: String
  /// Rows of the kernel.
  public let kernelHeight: Int
  /// Columns of the kernel.
  public let kernelWidth: Int
  /// Pixels from one output to the next, in both directions.
  public let stride: Int
  /// How the border is treated.
  public let padding: Padding
  /// What it reads.
  public let input: ChannelSource

  /// The kernel, `[height, width, input channels, output channels]`.
  public var weightsName: String { "\(scope)/weights" }

  /// The bias of a convolution whose normalisation was folded, `[output channels]`; models as they were trained have none.
  public var biasesName: String { "\(scope)/biases" }

  /// The scale of its batch normalisation, `[output channels]`; im2txt has none.
  public var gammaName: String { "\(scope)/BatchNorm/gamma" }

  /// The variables of its batch normalisation, `[output channels]` each: beta, mean and variance. There is no gamma.
  public var normalizationNames: [String] {
    ["beta", "moving_mean", "moving_variance"].map { "\(scope)/BatchNorm/\($0)" }
  }
}

/// What a convolution reads, as far as the number of channels is concerned; pooling keeps it.
public indirect enum ChannelSource: Sendable, Equatable {
  /// The picture.
  case image
  /// The output of the convolution of this scope.
  case layer(String)
  /// Several outputs side by side.
  case concatenation([ChannelSource])
}

/// Inception v3 of TF-slim up to the pooled features, without the auxiliary head: 94 convolutions.
///
/// Scope names are slim's own, oddities included: in Mixed_6a the 3x3 kernels of stride 2 are called 1x1; Mixed_5c's second
/// branch is lettered one further than its neighbours' and has a `Conv_1`; Mixed_7b has two layers lettered 0b.
/// - Source: `inception_v3.py` of TensorFlow 0.12.1's slim, checked with the variables that its graph creates.
public enum InceptionV3Layers {
  /// All convolutions, in the order in which they run.
  public static let all: [ConvolutionLayer] = network.layers

  /// The channels of the pooled features.
  public static let features: ChannelSource = network.output

  private static let network = build()

  /// A row of the tables below: name, kernel rows and columns, and for the few that have them stride 2 without padding.
  private struct Row {
    let name: String
    let height: Int
    let width: Int
    var halves = false
  }

  private struct Branch {
    let rows: [Row]
    /// How many rows at the end read the same input side by side; 1 in a plain chain.
    var forkCount = 1
  }

  private struct Block {
    let name: String
    let branches: [Branch]
    /// Whether a pooled copy of the input is part of the output, unconvolved.
    var passesInput = false
  }

  private static func build() -> (layers: [ConvolutionLayer], output: ChannelSource) {
    var layers: [ConvolutionLayer] = []
    func append(_ row: Row, scope: String, padding: ConvolutionLayer.Padding, input: ChannelSource) -> ChannelSource {
      let scope = "InceptionV3/\(scope)\(row.name)"
      layers.append(
        ConvolutionLayer(
          scope: scope, kernelHeight: row.height, kernelWidth: row.width, stride: row.halves ? 2 : 1,
          padding: row.halves ? .valid : padding, input: input))
      return .layer(scope)
    }
    var input = ChannelSource.image
    for (row, padding) in stem { input = append(row, scope: "", padding: padding, input: input) }
    for block in blocks {
      var outputs: [ChannelSource] = []
      for (index, branch) in block.branches.enumerated() {
        var branchInput = input
        let chainCount = branch.rows.count - branch.forkCount
        let scope = "\(block.name)/Branch_\(index)/"
        for row in branch.rows.prefix(chainCount) {
          branchInput = append(row, scope: scope, padding: .same, input: branchInput)
        }
        for row in branch.rows.dropFirst(chainCount) {
          outputs.append(append(row, scope: scope, padding: .same, input: branchInput))
        }
      }
      input = .concatenation(block.passesInput ? outputs + [input] : outputs)
    }
    return (layers, input)
  }

  private static func row(_ name: String, _ height: Int, _ width: Int, halves: Bool = false) -> Row {
    Row(name: name, height: height, width: width, halves: halves)
  }

  private static let stem: [(Row, ConvolutionLayer.Padding)] = [
    (row("Conv2d_1a_3x3", 3, 3, halves: true), .valid),
    (row("Conv2d_2a_3x3", 3, 3), .valid),
    (row("Conv2d_2b_3x3", 3, 3), .same),
    // A 3x3 max pool of stride 2 stands here and after the last row.
    (row("Conv2d_3b_1x1", 1, 1), .valid),
    (row("Conv2d_4a_3x3", 3, 3), .valid),
  ]

  private static let blocks: [Block] = [
    block5("Mixed_5b", "Conv2d_0a_1x1", "Conv2d_0b_5x5"),
    block5("Mixed_5c", "Conv2d_0b_1x1", "Conv_1_0c_5x5"),
    block5("Mixed_5d", "Conv2d_0a_1x1", "Conv2d_0b_5x5"),
    Block(
      name: "Mixed_6a",
      branches: [
        Branch(rows: [row("Conv2d_1a_1x1", 3, 3, halves: true)]),
        Branch(rows: [
          row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_3x3", 3, 3), row("Conv2d_1a_1x1", 3, 3, halves: true),
        ]),
      ], passesInput: true),
    block6("Mixed_6b"), block6("Mixed_6c"), block6("Mixed_6d"), block6("Mixed_6e"),
    Block(
      name: "Mixed_7a",
      branches: [
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1), row("Conv2d_1a_3x3", 3, 3, halves: true)]),
        Branch(rows: [
          row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_1x7", 1, 7), row("Conv2d_0c_7x1", 7, 1),
          row("Conv2d_1a_3x3", 3, 3, halves: true),
        ]),
      ], passesInput: true),
    block7("Mixed_7b", "Conv2d_0b_3x1"),
    block7("Mixed_7c", "Conv2d_0c_3x1"),
  ]

  private static func block5(_ name: String, _ second1x1: String, _ second5x5: String) -> Block {
    Block(
      name: name,
      branches: [
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1)]),
        Branch(rows: [row(second1x1, 1, 1), row(second5x5, 5, 5)]),
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_3x3", 3, 3), row("Conv2d_0c_3x3", 3, 3)]),
        // Behind an average pool, here and below.
        Branch(rows: [row("Conv2d_0b_1x1", 1, 1)]),
      ])
  }

  private static func block6(_ name: String) -> Block {
    Block(
      name: name,
      branches: [
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1)]),
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_1x7", 1, 7), row("Conv2d_0c_7x1", 7, 1)]),
        Branch(rows: [
          row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_7x1", 7, 1), row("Conv2d_0c_1x7", 1, 7),
          row("Conv2d_0d_7x1", 7, 1),
          row("Conv2d_0e_1x7", 1, 7),
        ]),
        Branch(rows: [row("Conv2d_0b_1x1", 1, 1)]),
      ])
  }

  private static func block7(_ name: String, _ second3x1: String) -> Block {
    Block(
      name: name,
      branches: [
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1)]),
        Branch(rows: [row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_1x3", 1, 3), row(second3x1, 3, 1)], forkCount: 2),
        Branch(
          rows: [
            row("Conv2d_0a_1x1", 1, 1), row("Conv2d_0b_3x3", 3, 3), row("Conv2d_0c_1x3", 1, 3),
            row("Conv2d_0d_3x1", 3, 1),
          ], forkCount: 2),
        Branch(rows: [row("Conv2d_0b_1x1", 1, 1)]),
      ])
  }
}
