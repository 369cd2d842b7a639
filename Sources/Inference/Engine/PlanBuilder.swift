internal import Kernels

/// Turns the sized architecture into steps.
struct PlanBuilder {
  typealias Place = InceptionV3Plan.Place

  let mix: AlgorithmMix
  let usesReferenceKernels: Bool
  private(set) var steps: [InceptionV3Plan.Step] = []
  /// Floats of each value; the first is the images.
  private(set) var valueCounts: [Int] = []

  /// Adds all steps and returns the place of the pooled features.
  ///
  /// - Precondition: the images are large enough that every window fits.
  mutating func build(from input: MapShape, width: SizedNode.Width) throws(EngineError) -> Place {
    var current = newValue(input)
    var convolutionCount = 0
    for stage in Architecture.stages {
      let node = try SizedNode(
        stage.node, inputChannels: current.layout.shape.channels, convolutionCount: &convolutionCount, width: width)
      if case .concatenation = node {
        current = add(node, scope: stage.name, input: current, output: nil)
      } else {
        current = add(node, scope: nil, input: current, output: nil)
      }
      if let last = steps.indices.last { steps[last].completes = (stage.name, current) }
    }
    let last = current.layout.shape
    let whole = Window(last.height, last.width, padding: .valid)
    return add(
      .pool(Architecture.poolName, .average, whole, channels: last.channels), scope: nil, input: current, output: nil)
  }

  /// Adds a node's steps. They write to `output`, or to a value of their own where that is nil.
  private mutating func add(_ node: SizedNode, scope: String?, input: Place, output: Place?) -> Place {
    switch node {
    case .convolution(let name, let window, let index, let channels):
      let shape = outputShape(of: window, input, channels)
      let algorithm = ConvolutionAlgorithm.choose(
        for: window, input: input.layout.shape, output: shape, from: mix,
        usesReferenceKernels: usesReferenceKernels)
      let output = output ?? newValue(shape)
      addStep(name, scope, .convolution(index, window, algorithm), input, output)
      return output
    case .pool(let name, let pooling, let window, let channels):
      let output = output ?? newValue(outputShape(of: window, input, channels))
      addStep(name, scope, .pool(pooling, window), input, output)
      return output
    case .concatenation(let chains, let channels):
      // All chains make maps of one height and width, so any tells the extents.
      let shape = chains.first.map { outputShape(of: $0, input, channels) } ?? input.layout.shape
      let common = output ?? newValue(shape)
      var channel = common.channel
      for chain in chains {
        var range = common
        range.channel = channel
        range.layout.shape.channels = chain.channels
        add(chain, scope: scope, input: input, output: range)
        channel += chain.channels
      }
      return common
    }
  }

  private mutating func add(_ chain: SizedChain, scope: String?, input: Place, output: Place) {
    var current = input
    for (index, node) in chain.nodes.enumerated() {
      let isLast = index == chain.nodes.count - 1
      current = add(node, scope: Architecture.join(scope, chain.scope), input: current, output: isLast ? output : nil)
    }
  }

  private mutating func addStep(
    _ name: String, _ scope: String?, _ operation: InceptionV3Plan.Operation, _ input: Place, _ output: Place
  ) {
    let name = Architecture.join(scope, name) ?? name
    steps.append(InceptionV3Plan.Step(name: name, operation: operation, input: input, output: output, completes: nil))
  }

  private mutating func newValue(_ shape: MapShape) -> Place {
    valueCounts.append(shape.elementCount)
    return Place(value: valueCounts.count - 1, channel: 0, layout: MapLayout(shape))
  }

  private func outputShape(of window: Window, _ input: Place, _ channels: Int) -> MapShape {
    guard let shape = window.output(of: input.layout.shape, channels: channels) else {
      preconditionFailure("the images are too small for the network")
    }
    return shape
  }

  private func outputShape(of chain: SizedChain, _ input: Place, _ channels: Int) -> MapShape {
    var place = input
    for node in chain.nodes {
      switch node {
      case .convolution(_, let window, _, _), .pool(_, _, let window, _):
        place.layout = MapLayout(outputShape(of: window, place, node.channels))
      case .concatenation(let chains, _):
        if let first = chains.first { place.layout = MapLayout(outputShape(of: first, place, node.channels)) }
      }
    }
    var shape = place.layout.shape
    shape.channels = channels
    return shape
  }
}
