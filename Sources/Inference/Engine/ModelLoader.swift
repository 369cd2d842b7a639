internal import Kernels
internal import Tensors
internal import Threads

/// Reads a model's weights from a source: shapes first, then all layers at once on the pool's threads.
struct ModelLoader {
  let reader: FloatReader
  let names: TensorNames
  let sizes: ModelSizes
  /// Output channels, in the order of `Architecture.convolutionNames`.
  let widths: [Int]
  private let windows: [Window]
  private let inputChannels: [Int]
  /// How each convolution will be computed, in the same order; for a batch of one image, and kept for larger ones.
  private let algorithms: [ConvolutionAlgorithm]
  /// How each convolution's output channels are cut, likewise.
  private let layouts: [PanelLayout]

  /// Looks up every tensor and checks that their shapes make a model. Reads no data.
  init(_ source: any TensorSource, imageSize: Int, mix: AlgorithmMix) throws {
    reader = FloatReader(source: source)
    names = try TensorNames(in: source)
    var widths: [Int] = []
    var windows: [Window] = []
    var inputChannels: [Int] = []
    let (reader, names) = (reader, names)
    let plan = try InceptionV3Plan(imageSize: imageSize, mix: mix) { index, window, channels throws(EngineError) in
      let weights = names.convolutions[index].weights
      let width = try reader.check(weights, [window.height, window.width, channels, nil])[3]
      guard width <= InceptionV3Plan.maximumChannelCount else {
        throw reader.error(.activationsTooLarge(byteCount: nil), weights)
      }
      widths.append(width)
      windows.append(window)
      inputChannels.append(channels)
      return width
    }
    (self.widths, self.windows, self.inputChannels) = (widths, windows, inputChannels)
    algorithms = plan.steps.compactMap { step in
      if case .convolution(_, _, let algorithm) = step.operation { algorithm } else { nil }
    }
    layouts = plan.steps.compactMap { step in
      guard case .convolution(_, let window, let algorithm) = step.operation else { return nil }
      return algorithm.layout(for: window, input: step.input.layout.shape, output: step.output.layout.shape)
    }

    let decoder = try names.decoder.sizes(checkedBy: reader)
    sizes = ModelSizes(
      imageSize: imageSize, pooledSize: plan.pooledSize, embeddingSize: decoder.embeddingSize,
      unitCount: decoder.unitCount, vocabularySize: decoder.vocabularySize)
    try reader.check(names.imageEmbedding, [sizes.pooledSize, sizes.embeddingSize])
  }

  /// A model's weights.
  struct Weights: Sendable {
    var convolutions: [LayerWeights]
    var imageEmbedding: LayerWeights
    var wordEmbedding: [Float]
    var lstm: LayerWeights
    var logits: LayerWeights
  }

  /// What one task of the loading reads.
  private enum Part: Hashable {
    case convolution(Int)
    case imageEmbedding, wordEmbedding, lstm, logits
  }

  /// Reads, folds and packs everything.
  func weights(isPacked: Bool, on pool: WorkerPool) throws -> Weights {
    // The largest first, so that the threads end together.
    let parts = (widths.indices.map(Part.convolution) + [.imageEmbedding, .wordEmbedding, .lstm, .logits])
      .sorted { descriptor(of: $0).byteCount > descriptor(of: $1).byteCount }
    let results = Guarded<[Part: Result<LayerWeights, any Error>]>([:])
    pool.run(count: parts.count) { index in
      let result = Result { try read(parts[index], isPacked: isPacked) }
      results.withLock { $0[parts[index]] = result }
    }
    let all = results.withLock { $0 }
    func take(_ part: Part) throws -> LayerWeights {
      try all[part]?.get() ?? .plain(rows: [], bias: [])
    }
    var wordEmbedding: [Float] = []
    if case .plain(let rows, _) = try take(.wordEmbedding) { wordEmbedding = rows }
    return Weights(
      convolutions: try widths.indices.map { try take(.convolution($0)) }, imageEmbedding: try take(.imageEmbedding),
      wordEmbedding: wordEmbedding, lstm: try take(.lstm), logits: try take(.logits))
  }

  private func descriptor(of part: Part) -> TensorDescriptor {
    switch part {
    case .convolution(let index): names.convolutions[index].weights
    case .imageEmbedding: names.imageEmbedding
    case .wordEmbedding: names.decoder.wordEmbedding
    case .lstm: names.decoder.lstmKernel
    case .logits: names.decoder.logitsWeights
    }
  }

  private func read(_ part: Part, isPacked: Bool) throws -> LayerWeights {
    let descriptor = descriptor(of: part)
    switch part {
    case .convolution(let index):
      let norm = try BatchNorm(reading: names.convolutions[index], channels: widths[index], from: reader)
      if isPacked, case .winograd(let transform) = algorithms[index] {
        return try LayerWeights(
          reading: descriptor, depth: inputChannels[index], layout: layouts[index], scale: norm.scale, bias: norm.bias,
          transform: transform, from: reader)
      }
      if isPacked, case .split(let terms) = algorithms[index] {
        return try LayerWeights(
          reading: descriptor, window: windows[index], depth: inputChannels[index], columnCount: widths[index],
          scale: norm.scale, bias: norm.bias, terms: terms, from: reader)
      }
      return try LayerWeights(
        reading: descriptor, depth: windows[index].tapCount * inputChannels[index], layout: layouts[index],
        scale: norm.scale, bias: norm.bias, isPacked: isPacked, from: reader)
    case .imageEmbedding:
      return try LayerWeights(
        reading: descriptor, depth: sizes.pooledSize, layout: PanelLayout(columnCount: sizes.embeddingSize),
        isPacked: isPacked, from: reader)
    case .wordEmbedding:
      // Its rows are looked up and never multiplied.
      return .plain(rows: try reader.floats(descriptor), bias: [])
    case .lstm:
      return try decoderWeights(
        descriptor, depth: sizes.embeddingSize + sizes.unitCount, columnCount: 4 * sizes.unitCount,
        bias: names.decoder.lstmBias, isPacked: isPacked)
    case .logits:
      return try decoderWeights(
        descriptor, depth: sizes.unitCount, columnCount: sizes.vocabularySize, bias: names.decoder.logitsBias,
        isPacked: isPacked)
    }
  }

  /// What the decoder multiplies its few rows with at every step.
  private func decoderWeights(
    _ descriptor: TensorDescriptor, depth: Int, columnCount: Int, bias: TensorDescriptor, isPacked: Bool
  ) throws -> LayerWeights {
    let bias = try reader.floats(bias)
    return isPacked
      ? try LayerWeights(rounding: descriptor, depth: depth, columnCount: columnCount, bias: bias, from: reader)
      : try LayerWeights(
        reading: descriptor, depth: depth, layout: PanelLayout(columnCount: columnCount), bias: bias, isPacked: false,
        from: reader)
  }
}
