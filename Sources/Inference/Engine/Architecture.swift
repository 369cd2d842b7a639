internal import Kernels
internal import ModelMapping

/// The network's table in the kernels' terms.
enum Architecture {
  typealias Network = InceptionV3Network

  /// A layer, or layers side by side.
  indirect enum Node: Sendable {
    case convolution(String, Window)
    case pool(String, Pooling, Window)
    /// Chains that read the same map; their outputs lie side by side in its channels.
    case concatenation([Chain])

    init(_ node: Network.Node) {
      self =
        switch node {
        case .convolution(let name, let window): .convolution(name, Window(window))
        case .pool(let name, let pooling, let window): .pool(name, Pooling(pooling), Window(window))
        case .concatenation(let chains):
          .concatenation(chains.map { Chain(scope: $0.scope, nodes: $0.nodes.map(Node.init)) })
        }
    }
  }

  /// Layers one after the other, in a scope of their own where they have a name.
  struct Chain: Sendable {
    var scope: String?
    var nodes: [Node]
  }

  /// A part of the network whose output TensorFlow calls an endpoint.
  struct Stage: Sendable {
    var name: String
    var node: Node
  }

  /// All stages in order; each reads the one before.
  static let stages = Network.stages.map { Stage(name: $0.name, node: Node($0.node)) }

  /// The mean of the last map over its pixels; the window is the whole map.
  static let poolName = Network.poolName

  /// The names of all convolutions, in the order they run.
  static let convolutionNames = InceptionV3Layers.all.map {
    String($0.scope.dropFirst(InceptionV3Layers.scope.count + 1))
  }

  /// Scopes joined by `/`.
  static func join(_ scope: String?, _ name: String?) -> String? {
    guard let scope, let name else { return scope ?? name }
    return "\(scope)/\(name)"
  }
}

extension Window {
  fileprivate init(_ window: InceptionV3Network.Window) {
    self.init(window.height, window.width, stride: window.stride, padding: window.padding == .same ? .same : .valid)
  }
}

extension Pooling {
  fileprivate init(_ pooling: InceptionV3Network.Pooling) {
    self = pooling == .maximum ? .maximum : .average
  }
}
