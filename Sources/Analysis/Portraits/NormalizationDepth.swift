internal import ModelMapping
package import Tensors

/// What batch normalization learned about a network's activations, layer by layer, from the input to the output.
package struct NormalizationDepth: Sendable, Equatable {
  /// A variable of a normalization.
  package enum Variable: Sendable, Hashable, CaseIterable {
    /// The running mean of the activations.
    case mean
    /// The running variance of the activations.
    case variance
    /// The scale.
    case gamma
    /// The offset.
    case beta
  }

  /// What determines the order of the layers.
  package enum Order: Sendable, Equatable {
    /// The order of the nodes in the graph beside the checkpoint.
    case graph
    /// The names, with numbers in numeric order.
    case names
  }

  /// One layer.
  package struct Layer: Sendable, Equatable {
    /// The scope of its variables.
    package let scope: String
    /// How many channels it has.
    package let channelCount: Int
    /// The distribution of each of its variables over the channels; variables without a finite value are missing.
    package internal(set) var spread: [Variable: Quantiles] = [:]
    /// How many values are NaN or infinite.
    package internal(set) var nonFiniteCount = 0
  }

  /// The layers, in order.
  package private(set) var layers: [Layer] = []
  /// What determines the order.
  package let order: Order
  /// How many layers the network has; more than `layers` if some are left out.
  package let layerCount: Int
  /// Layers whose values could not be read.
  package private(set) var failedScopes: [String] = []

  /// If there are more layers than this, an evenly spaced selection is read.
  package static let maximumLayerCount = 1_000
  /// A layer with more channels is not read.
  private static let maximumChannelCount = 1 << 20

  /// Reads the normalizations among tensors; nil if there are fewer than two.
  ///
  /// - Parameters:
  ///   - descriptors: the tensors, without those that only training needs.
  ///   - source: where they are.
  ///   - nodeNames: the names of the graph's nodes in its order; empty if there is no graph.
  package init?(of descriptors: [TensorDescriptor], in source: some TensorSource, nodeNames: [String] = []) {
    var scopes = Self.scopes(of: descriptors)
    guard scopes.count > 1 else { return nil }
    var places: [String: Int] = [:]
    for (place, name) in nodeNames.enumerated() where places[name] == nil { places[name] = place }
    let numbered = scopes.compactMap { scope in scope.variables[.mean].flatMap { places[$0.name.plainTensorName] } }
    if numbered.count == scopes.count {
      order = .graph
      scopes = zip(numbered, scopes).sorted { $0.0 < $1.0 }.map(\.1)
    } else {
      order = .names
      scopes.sort { $0.name.precedesAsCounted($1.name) }
    }
    layerCount = scopes.count
    let step = max(1, (scopes.count + Self.maximumLayerCount - 1) / Self.maximumLayerCount)
    for place in stride(from: 0, to: scopes.count, by: step) {
      guard let layer = try? Self.layer(scopes[place], in: source) else {
        failedScopes.append(scopes[place].name)
        continue
      }
      layers.append(layer)
    }
  }

  private struct Scope {
    let name: String
    var variables: [Variable: TensorDescriptor] = [:]
  }

  private static func layer(_ scope: Scope, in source: some TensorSource) throws -> Layer {
    var layer = Layer(scope: scope.name, channelCount: scope.variables[.mean]?.shape.elementCount ?? 0)
    for variable in Variable.allCases {
      guard let descriptor = scope.variables[variable] else { continue }
      let numbers = try source.numbers(of: descriptor)
      layer.nonFiniteCount += numbers.count { !$0.isFinite }
      layer.spread[variable] = Quantiles(of: numbers)
    }
    return layer
  }

  /// Scopes that have a mean and a variance, in the order of the tensors.
  private static func scopes(of descriptors: [TensorDescriptor]) -> [Scope] {
    var order: [String] = []
    var scopes: [String: Scope] = [:]
    for descriptor in descriptors where descriptor.shape.rank == 1 && descriptor.hasNumbers {
      guard descriptor.shape.elementCount <= maximumChannelCount else { continue }
      let (scope, variable) = descriptor.name.plainTensorName.scopeAndVariable
      guard let known = Self.variable(variable, in: scope) else { continue }
      if scopes[scope] == nil { order.append(scope) }
      scopes[scope, default: Scope(name: scope)].variables[known] = descriptor
    }
    return order.compactMap { name in
      guard let scope = scopes[name], let mean = scope.variables[.mean], let variance = scope.variables[.variance],
        mean.shape == variance.shape
      else { return nil }
      return scope
    }
  }

  /// What a variable is, judging by its name: as in TensorFlow and Keras, as in PyTorch, or a number as in Keras 3's
  /// weight files.
  private static func variable(_ name: String, in scope: String) -> Variable? {
    switch name {
    case "moving_mean", "running_mean": return .mean
    case "moving_variance", "running_var": return .variance
    // PyTorch's names count only with a running mean beside them.
    case "gamma", "weight": return .gamma
    case "beta", "bias": return .beta
    case "0", "1", "2", "3":
      guard scope.hasSuffix("/vars"),
        scope.split(separator: "/").dropLast().last?.hasPrefix("batch_normalization") == true
      else { return nil }
      return ["0": .gamma, "1": .beta, "2": .mean, "3": .variance][name]
    default: return nil
    }
  }
}
