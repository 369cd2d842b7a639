internal import Kernels
internal import Tensors

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
    var convolutions: [ConvolutionWeights]
    var imageEmbedding: MatrixWeights
    var wordEmbedding: [Float]
    var lstm: MatrixWeights
    var logits: MatrixWeights
  }

  /// Reads, folds and packs everything.
  func weights(isPacked: Bool, on pool: WorkerPool) throws -> Weights {
    let convolutions = widths.indices.map { index in
      LoadingTask(names.convolutions[index].weights) { try convolution(index, $0, isPacked: isPacked) }
    }
    let imageEmbedding = LoadingTask(names.imageEmbedding) { descriptor in
      MatrixWeights.direct(
        try DirectWeights(
          reading: descriptor, depth: sizes.pooledSize, layout: PanelLayout(columnCount: sizes.embeddingSize),
          isPacked: isPacked, from: reader))
    }
    // Its rows are looked up and never multiplied.
    let wordEmbedding = LoadingTask(names.decoder.wordEmbedding) { try reader.floats($0) }
    let lstm = LoadingTask(names.decoder.lstmKernel) { descriptor in
      try decoderWeights(
        descriptor, depth: sizes.embeddingSize + sizes.unitCount, columnCount: 4 * sizes.unitCount,
        bias: names.decoder.lstmBias, isPacked: isPacked)
    }
    let logits = LoadingTask(names.decoder.logitsWeights) { descriptor in
      try decoderWeights(
        descriptor, depth: sizes.unitCount, columnCount: sizes.vocabularySize, bias: names.decoder.logitsBias,
        isPacked: isPacked)
    }
    var tasks: [(byteCount: Int, run: @Sendable () -> Void)] = convolutions.map { ($0.byteCount, $0.run) }
    tasks += [imageEmbedding, lstm, logits].map { ($0.byteCount, $0.run) }
    tasks.append((wordEmbedding.byteCount, wordEmbedding.run))
    // The largest first, so that the threads end together.
    let sorted = tasks.sorted { $0.byteCount > $1.byteCount }
    pool.run(count: sorted.count) { sorted[$0].run() }
    return Weights(
      convolutions: try convolutions.map { try $0.value() }, imageEmbedding: try imageEmbedding.value(),
      wordEmbedding: try wordEmbedding.value(), lstm: try lstm.value(), logits: try logits.value())
  }

  /// Reads a convolution's weights into the form that its algorithm reads, with its batch normalization.
  private func convolution(
    _ index: Int, _ descriptor: TensorDescriptor, isPacked: Bool
  ) throws -> ConvolutionWeights {
    let norm = try BatchNorm(reading: names.convolutions[index], channels: widths[index], from: reader)
    let (window, depth, layout) = (windows[index], inputChannels[index], layouts[index])
    switch algorithms[index] {
    case .winograd(let transform) where isPacked:
      let weights = try reader.floats(descriptor)
      return .transformed(
        WinogradWeights(
          weights.span, depth: depth, layout: layout, scale: norm.scale, bias: norm.bias, transform: transform))
    case .split(let terms) where isPacked:
      let weights = try reader.floats(descriptor)
      return .split(
        SplitWeights(
          weights.span, window: window, depth: depth, columnCount: widths[index], scale: norm.scale, bias: norm.bias,
          terms: terms))
    case .reference, .product, .indirectProduct, .winograd, .split:
      return .direct(
        try DirectWeights(
          reading: descriptor, depth: window.tapCount * depth, layout: layout, scale: norm.scale, bias: norm.bias,
          isPacked: isPacked, from: reader))
    }
  }

  /// What the decoder multiplies its few rows with at every step.
  private func decoderWeights(
    _ descriptor: TensorDescriptor, depth: Int, columnCount: Int, bias: TensorDescriptor, isPacked: Bool
  ) throws -> MatrixWeights {
    let bias = try reader.floats(bias)
    return isPacked
      ? try MatrixWeights(rounding: descriptor, depth: depth, columnCount: columnCount, bias: bias, from: reader)
      : .direct(
        try DirectWeights(
          reading: descriptor, depth: depth, layout: PanelLayout(columnCount: columnCount), bias: bias, isPacked: false,
          from: reader))
  }
}
