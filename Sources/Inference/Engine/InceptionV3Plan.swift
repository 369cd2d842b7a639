package import Kernels
internal import Messages
internal import ModelMapping

/// Inception v3 for a batch of images: its layers in the order they run, their shapes, and where each output lies in memory.
///
/// The plan is data: it holds no weights and runs nothing. Printed, it is a table.
package struct InceptionV3Plan: Sendable {
  /// What a step computes.
  package enum Operation: Sendable {
    /// The convolution with that place in `Architecture.convolutionNames`, with bias and ReLU.
    case convolution(Int, Window, ConvolutionAlgorithm)
    case pool(Pooling, Window)
    /// Several 1x1 convolutions that read the same map, as one product.
    case branches([Branch])
    /// The average, over that window, of sums of the convolution at that place, then its bias and ReLU.
    case finishingAverage(Int, Window)
  }

  /// One of several 1x1 convolutions that read the same map.
  package struct Branch: Sendable {
    /// The layer's scope below `InceptionV3/`.
    package var name: String
    /// The convolution's place in `Architecture.convolutionNames`.
    package var index: Int
    /// How it is computed; all branches of a step alike.
    package var algorithm: ConvolutionAlgorithm
    package var output: Place
    /// Whether a `finishingAverage` adds bias and ReLU later.
    package var isUnfinished: Bool
  }

  /// A map or a range of a map's channels.
  package struct Place: Sendable, Equatable {
    /// The map: 0 for the images, else one that steps write.
    package var value: Int
    /// The first channel of the range.
    package var channel: Int
    /// The range's extents, with the stride of the whole map.
    package var layout: MapLayout
  }

  /// One layer.
  package struct Step: Sendable {
    /// The layer's scope below `InceptionV3/`.
    package var name: String
    package var operation: Operation
    package var input: Place
    /// Of branches, the first one's.
    package var output: Place
    /// The stage whose whole output is there when this step is done, and that output.
    package var completes: (stage: String, output: Place)?

    /// Everything that it writes.
    package var outputs: [Place] {
      if case .branches(let branches) = operation { branches.map(\.output) } else { [output] }
    }

    /// Multiplications of convolutions as they are defined; 0 for pools.
    package var multiplicationCount: Int {
      switch operation {
      case .convolution(_, let window, _):
        window.tapCount * input.layout.shape.channels * output.layout.shape.elementCount
      case .branches: outputs.reduce(0) { $0 + input.layout.shape.channels * $1.layout.shape.elementCount }
      case .pool, .finishingAverage: 0
      }
    }

    /// How the output channels of its convolutions are cut; none for pools.
    var layouts: [PanelLayout] {
      let input = input.layout.shape
      return switch operation {
      case .convolution(_, _, .reference): []
      case .convolution(_, let window, let algorithm):
        [algorithm.layout(for: window, input: input, output: output.layout.shape)]
      case .branches(let branches):
        branches.map { $0.algorithm.layout(for: Window(1, 1), input: input, output: $0.output.layout.shape) }
      case .pool, .finishingAverage: []
      }
    }

    /// Floats of scratch memory that it needs.
    func scratchCount(threadCount: Int) -> Int {
      let (input, output) = (input.layout.shape, output.layout.shape)
      switch operation {
      case .convolution(_, let window, .winograd(let transform)):
        return Conv2D.winogradScratchCount(
          window: window, input: input, output: output, transform: transform,
          layout: layouts.first ?? PanelLayout(columnCount: output.channels), threadCount: threadCount)
      case .convolution(_, let window, .split(let terms)):
        return Conv2D.splitScratchCount(window: window, input: input, output: output, terms: terms)
      case .branches(let branches):
        guard case .split(let terms)? = branches.first?.algorithm else { return 0 }
        return Conv2D.splitScratchCount(window: Window(1, 1), input: input, output: output, terms: terms)
      case .convolution, .pool, .finishingAverage: return 0
      }
    }
  }

  /// Height and width of the images of the original, in pixels.
  package static let imageSize = 299

  /// What the normalization after every convolution adds to a variance.
  package static var normalizationEpsilon: Double { BatchNorm.epsilon }

  /// The convolutions of the network.
  package static var convolutionCount: Int { InceptionV3Layers.all.count }

  /// The scope of a convolution's variables, by its place in `Architecture.convolutionNames`.
  package static func scope(ofConvolution index: Int) -> String {
    InceptionV3Layers.all[index].scope
  }

  /// The layers in order.
  package let steps: [Step]
  /// The images, `[count, size, size, 3]`.
  package let input: MapShape
  /// The pooled features, `[count, 1, 1, channels]`.
  package let output: Place
  /// Where each value starts in the common memory, in floats; nil for the images, which the caller holds.
  package let offsets: [Int?]
  /// Floats of the common memory. Values that are never alive together share their place in it.
  package let memoryCount: Int

  /// Floats of scratch memory that the most demanding layer needs beside it.
  package func scratchCount(threadCount: Int) -> Int {
    steps.map { $0.scratchCount(threadCount: threadCount) }.max() ?? 0
  }

  /// Bytes that all layers' outputs together need at the worst moment.
  package var peakByteCount: Int { memoryCount * MemoryLayout<Float>.stride }

  /// Features that come out per image.
  package var pooledSize: Int { output.layout.shape.channels }

  /// More bytes than any model of this architecture could use; shapes that need more are refused.
  static let maximumByteCount = 4 << 30
  /// More channels than any layer of this architecture needs.
  package static let maximumChannelCount = 1 << 16

  /// Lays out the network.
  ///
  /// - Parameters:
  ///   - count: images of a batch.
  ///   - imageSize: height and width of the images; 75 is the least that leaves something to pool.
  ///   - mix: which of the fast kernels compute which convolutions.
  ///   - usesReferenceKernels: whether every layer runs on its definition.
  ///   - mergesBranches: whether 1x1 convolutions of one map run as one; else every layer is a step.
  ///   - width: the output channels of a convolution, given its place in `Architecture.convolutionNames`, its window
  ///     and its input channels. Throws where its weights do not fit those.
  /// - Throws: what `width` throws, or `EngineDefect.activationsTooLarge`.
  package init(
    count: Int = 1, imageSize: Int = imageSize, mix: AlgorithmMix = .standard,
    usesReferenceKernels: Bool = false, mergesBranches: Bool = false,
    width: (_ convolution: Int, _ window: Window, _ inputChannels: Int) throws(EngineError) -> Int
  ) throws(EngineError) {
    var builder = PlanBuilder(mix: mix, usesReferenceKernels: usesReferenceKernels)
    input = MapShape(count: count, height: imageSize, width: imageSize, channels: 3)
    output = try builder.build(from: input, width: width)
    var valueCounts = builder.valueCounts
    steps = mergesBranches ? BranchMerging.merge(builder.steps, &valueCounts) : builder.steps
    let memory = MemoryPlan(steps: steps, valueCounts: valueCounts, output: output.value)
    offsets = memory.offsets
    memoryCount = memory.count
    guard memoryCount / max(count, 1) <= Self.maximumByteCount / MemoryLayout<Float>.stride else {
      throw EngineError(.activationsTooLarge(byteCount: peakByteCount))
    }
  }
}
