internal import Kernels

/// A node of the architecture with the channels that the weights give it.
indirect enum SizedNode {
  /// `index` is the convolution's place in `Architecture.convolutionNames`.
  case convolution(String, Window, index: Int, channels: Int)
  case pool(String, Pooling, Window, channels: Int)
  case concatenation([SizedChain], channels: Int)

  /// The output channels of a convolution, given its place, its window and its input channels.
  typealias Width = (_ convolution: Int, _ window: Window, _ inputChannels: Int) throws(EngineError) -> Int

  /// Sizes a node and all below it; `convolutionCount` counts the convolutions passed.
  init(_ node: Architecture.Node, inputChannels: Int, convolutionCount: inout Int, width: Width) throws(EngineError) {
    switch node {
    case .convolution(let name, let window):
      let index = convolutionCount
      convolutionCount += 1
      self = .convolution(name, window, index: index, channels: try width(index, window, inputChannels))
    case .pool(let name, let pooling, let window): self = .pool(name, pooling, window, channels: inputChannels)
    case .concatenation(let chains):
      var sized: [SizedChain] = []
      for chain in chains {
        var nodes: [SizedNode] = []
        for node in chain.nodes {
          nodes.append(
            try SizedNode(
              node, inputChannels: nodes.last?.channels ?? inputChannels, convolutionCount: &convolutionCount,
              width: width))
        }
        sized.append(SizedChain(scope: chain.scope, nodes: nodes))
      }
      self = .concatenation(sized, channels: sized.reduce(0) { $0 + $1.channels })
    }
  }

  /// Channels of the output.
  var channels: Int {
    switch self {
    case .convolution(_, _, _, let channels), .pool(_, _, _, let channels), .concatenation(_, let channels): channels
    }
  }
}

/// A chain of the architecture with channels.
struct SizedChain {
  var scope: String?
  var nodes: [SizedNode]

  /// Channels of the last node's output.
  var channels: Int { nodes.last?.channels ?? 0 }
}
