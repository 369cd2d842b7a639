/// Inception v3 up to its last 8x8 map, as TF-slim builds and names it. Widths are not in it: they come from the weights.
///
/// The one table of the network: what the engine runs, which names and shapes variables should have, and what a graph
/// is compared with all come from here.
/// - Source: Szegedy et al., arXiv:1512.00567; `inception_v3.py` of TF-slim, whose scope names are kept letter by letter:
///   `Conv_1_0c_5x5` in `Mixed_5c`, and `Conv2d_1a_1x1` in `Mixed_6a`, which is 3x3.
package enum InceptionV3Network {
  /// The window that a layer moves over a map.
  package struct Window: Sendable, Equatable {
    /// Rows of the window.
    package var height: Int
    /// Columns of the window.
    package var width: Int
    /// Pixels from a window to the next, in both directions.
    package var stride: Int
    /// How the border is treated.
    package var padding: ConvolutionLayer.Padding
  }

  /// What a pool computes from its window.
  package enum Pooling: Sendable, Equatable {
    /// The greatest value.
    case maximum
    /// The mean of what is inside the map.
    case average
  }

  /// A layer, or layers side by side.
  package indirect enum Node: Sendable {
    /// A convolution with normalization and ReLU, by its scope's last name.
    case convolution(String, Window)
    /// A pool, by its scope's last name.
    case pool(String, Pooling, Window)
    /// Chains that read the same map; their outputs lie side by side in its channels.
    case concatenation([Chain])
  }

  /// Layers one after the other, in their own scope if they have a name.
  package struct Chain: Sendable {
    /// The scope's name; nil if the layers are in the scope around it.
    package var scope: String?
    /// The layers in order.
    package var nodes: [Node]
  }

  /// A part of the network whose output TensorFlow calls an endpoint.
  package struct Stage: Sendable {
    /// The endpoint's name; for a concatenation, also the scope of its chains.
    package var name: String
    /// What computes it.
    package var node: Node
  }

  /// All stages in order; each reads the one before.
  package static let stages: [Stage] = [
    stage(convolution("Conv2d_1a_3x3", 3, 3, stride: 2, .valid)),
    stage(convolution("Conv2d_2a_3x3", 3, 3, .valid)),
    stage(convolution("Conv2d_2b_3x3", 3, 3)),
    stage(maximum("MaxPool_3a_3x3")),
    stage(convolution("Conv2d_3b_1x1", 1, 1, .valid)),
    stage(convolution("Conv2d_4a_3x3", 3, 3, .valid)),
    stage(maximum("MaxPool_5a_3x3")),
    mixed35("Mixed_5b", "Conv2d_0a_1x1", "Conv2d_0b_5x5"),
    mixed35("Mixed_5c", "Conv2d_0b_1x1", "Conv_1_0c_5x5"),
    mixed35("Mixed_5d", "Conv2d_0a_1x1", "Conv2d_0b_5x5"),
    mixed(
      "Mixed_6a",
      [convolution("Conv2d_1a_1x1", 3, 3, stride: 2, .valid)],
      [
        convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_0b_3x3", 3, 3),
        convolution("Conv2d_1a_1x1", 3, 3, stride: 2, .valid),
      ],
      [maximum("MaxPool_1a_3x3")]),
    mixed17("Mixed_6b"),
    mixed17("Mixed_6c"),
    mixed17("Mixed_6d"),
    mixed17("Mixed_6e"),
    mixed(
      "Mixed_7a",
      [convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_1a_3x3", 3, 3, stride: 2, .valid)],
      [
        convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_0b_1x7", 1, 7), convolution("Conv2d_0c_7x1", 7, 1),
        convolution("Conv2d_1a_3x3", 3, 3, stride: 2, .valid),
      ],
      [maximum("MaxPool_1a_3x3")]),
    mixed8("Mixed_7b", "Conv2d_0b_1x3", "Conv2d_0b_3x1"),
    mixed8("Mixed_7c", "Conv2d_0b_1x3", "Conv2d_0c_3x1"),
  ]

  /// The mean of the last map over its pixels; the window is the whole map.
  package static let poolName = "AvgPool"

  // MARK: Rows of the table

  private static func convolution(
    _ name: String, _ height: Int, _ width: Int, stride: Int = 1, _ padding: ConvolutionLayer.Padding = .same
  ) -> Node {
    .convolution(name, Window(height: height, width: width, stride: stride, padding: padding))
  }

  private static func maximum(_ name: String) -> Node {
    .pool(name, .maximum, Window(height: 3, width: 3, stride: 2, padding: .valid))
  }

  private static let average = Node.pool(
    "AvgPool_0a_3x3", .average, Window(height: 3, width: 3, stride: 1, padding: .same))

  private static func stage(_ node: Node) -> Stage {
    switch node {
    case .convolution(let name, _), .pool(let name, _, _): Stage(name: name, node: node)
    case .concatenation: Stage(name: "", node: node)
    }
  }

  private static func mixed(_ name: String, _ branches: [Node]...) -> Stage {
    let chains = branches.enumerated().map { Chain(scope: "Branch_\($0)", nodes: $1) }
    return Stage(name: name, node: .concatenation(chains))
  }

  /// Modules on 35x35 maps.
  private static func mixed35(_ name: String, _ reduction: String, _ wide: String) -> Stage {
    mixed(
      name,
      [convolution("Conv2d_0a_1x1", 1, 1)],
      [convolution(reduction, 1, 1), convolution(wide, 5, 5)],
      [convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_0b_3x3", 3, 3), convolution("Conv2d_0c_3x3", 3, 3)],
      [average, convolution("Conv2d_0b_1x1", 1, 1)])
  }

  /// Modules on 17x17 maps.
  private static func mixed17(_ name: String) -> Stage {
    mixed(
      name,
      [convolution("Conv2d_0a_1x1", 1, 1)],
      [convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_0b_1x7", 1, 7), convolution("Conv2d_0c_7x1", 7, 1)],
      [
        convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_0b_7x1", 7, 1), convolution("Conv2d_0c_1x7", 1, 7),
        convolution("Conv2d_0d_7x1", 7, 1), convolution("Conv2d_0e_1x7", 1, 7),
      ],
      [average, convolution("Conv2d_0b_1x1", 1, 1)])
  }

  /// Modules on 8x8 maps, whose branches 1 and 2 end in two convolutions side by side.
  private static func mixed8(_ name: String, _ flat: String, _ tall: String) -> Stage {
    mixed(
      name,
      [convolution("Conv2d_0a_1x1", 1, 1)],
      [
        convolution("Conv2d_0a_1x1", 1, 1),
        .concatenation([Chain(nodes: [convolution(flat, 1, 3)]), Chain(nodes: [convolution(tall, 3, 1)])]),
      ],
      [
        convolution("Conv2d_0a_1x1", 1, 1), convolution("Conv2d_0b_3x3", 3, 3),
        .concatenation([
          Chain(nodes: [convolution("Conv2d_0c_1x3", 1, 3)]), Chain(nodes: [convolution("Conv2d_0d_3x1", 3, 1)]),
        ]),
      ],
      [average, convolution("Conv2d_0b_1x1", 1, 1)])
  }
}
