internal import Kernels
internal import Messages
public import Tensors

/// An im2txt model in memory: Inception v3 encodes images, an LSTM turns encodings into words.
///
/// Weights are read, folded and packed when the model is made, and never change after; one model may serve several threads.
/// - Source: Vinyals et al., "Show and Tell", arXiv:1609.06647; im2txt `show_and_tell_model.py`.
public final class ShowAndTell: Sendable {
  /// The sizes of the model.
  package let sizes: ModelSizes
  /// The network for one image, as it runs here.
  package let plan: InceptionV3Plan
  /// What it runs on.
  package let settings: EngineSettings

  /// Which of the fast kernels this processor runs: `amx`, `avx512`, `avx2`, `neon` or `portable`. The environment variable `DECANT_KERNELS`
  /// forces one.
  public static var kernelVariant: String { KernelVariant.chosen.description }

  /// Images that go through the network together; `encode` takes more in turns.
  public static var maximumBatchCount: Int { InceptionV3.maximumBatchCount }

  /// Threads that work on one call, the caller's included.
  public var threadCount: Int { pool.threadCount }

  /// The half of the model that makes words; it shares the weights.
  package var wordDecoder: WordDecoder { WordDecoder(decoder) }

  private let network: InceptionV3
  private let imageEmbedding: MatrixWeights
  private let decoder: Decoder
  private let pool: WorkerPool

  /// Reads a model's weights from any source.
  ///
  /// - Throws: `MissingTensorError` naming every tensor that is missing; `EngineError` for tensors that do not fit each
  ///   other; the source's error if it cannot be read.
  public convenience init(source: any TensorSource, options: EngineOptions = EngineOptions()) throws {
    try self.init(source: source, options: options, imageSize: InceptionV3Plan.imageSize)
  }

  /// Reads a model that encodes images of another size; for tests that cannot wait for whole ones.
  package init(source: any TensorSource, options: EngineOptions, imageSize: Int) throws {
    let loader = try ModelLoader(source, imageSize: imageSize, mix: options.algorithms)
    let usesReferenceKernels = options.usesReferenceKernels
    sizes = loader.sizes
    settings = options.settings
    pool = WorkerPool(threadCount: options.threadCount)
    let weights = try loader.weights(isPacked: !usesReferenceKernels, on: pool)
    network = InceptionV3(
      widths: loader.widths, weights: weights.convolutions, imageSize: imageSize,
      mix: options.algorithms, usesReferenceKernels: usesReferenceKernels, pool: pool)
    imageEmbedding = weights.imageEmbedding
    decoder = Decoder(
      sizes: DecoderSizes(
        embeddingSize: sizes.embeddingSize, unitCount: sizes.unitCount, vocabularySize: sizes.vocabularySize),
      usesReferenceKernels: usesReferenceKernels, wordEmbedding: weights.wordEmbedding, lstm: weights.lstm,
      logits: weights.logits, pool: pool)
    plan = try network.plan(count: 1)
  }

  /// Encodes images.
  ///
  /// Images go through the network in batches; an image's encoding does not depend on the others.
  ///
  /// - Parameters:
  ///   - images: `[count, imageSize, imageSize, 3]`, row-major, values in -1...1.
  ///   - count: the number of images.
  ///   - observer: receives the output of every layer and stage, in the order they run, for each batch. The averages inside modules are not
  ///     among them unless the reference kernels run: they come after their convolutions, as one step with bias and ReLU.
  /// - Returns: one encoding per image.
  /// - Throws: `EngineError` if `images` has another number of values, or if the system has no memory for one image; what `observer`
  ///   throws.
  public func encode(
    _ images: [Float], count: Int, observing observer: ((Activation) throws -> Void)? = nil
  ) throws -> [Encoding] {
    try check(images, count)
    guard count > 0 else { return [] }
    let pooled = try network.pooled(images, count: count, observing: observer)
    let embeddings = [Float](count: count * sizes.embeddingSize) {
      imageEmbedding.multiply(pooled, rowCount: count, into: &$0, on: pool)
    }
    // The image goes through the cell once, from the zero state; what the cell puts out is dropped.
    let zeros = Array(repeating: DecoderState(zeros: sizes.unitCount), count: count)
    let states = decoder.advance(zeros, by: embeddings)
    return (0..<count).map { n in
      Encoding(
        pooled: Array(pooled[n * sizes.pooledSize..<(n + 1) * sizes.pooledSize]),
        embedding: Array(embeddings[n * sizes.embeddingSize..<(n + 1) * sizes.embeddingSize]),
        initialState: states[n])
    }
  }

  /// Runs images through the network as one batch and says how long each layer took, in the order they run.
  ///
  /// - Parameters: as for `encode`.
  /// - Throws: `EngineError` if `images` has another number of values.
  package func layerTimings(_ images: [Float], count: Int) throws -> [LayerTiming] {
    try check(images, count)
    return count > 0 ? try network.timings(images, count: count) : []
  }

  private func check(_ images: [Float], _ count: Int) throws(EngineError) {
    let imageCount = sizes.imageSize * sizes.imageSize * 3
    // Divided, because a count from somewhere may be too large to multiply.
    guard images.count % imageCount == 0, images.count / imageCount == count else {
      throw EngineError(.imageValueCount(imageValueCount: imageCount, count: count, found: images.count))
    }
  }

  /// Feeds one word to each of several partial captions.
  ///
  /// All rows share one pass over the weights, so the beams of several images may go together.
  ///
  /// - Parameters:
  ///   - words: a word ID per row.
  ///   - states: a state per row, from `encode` or an earlier step.
  /// - Returns: probabilities of the next word and the new state, a row per word.
  /// - Throws: `EngineError` for a word or a state that does not fit the model.
  public func step(words: [Int], states: [DecoderState]) throws -> DecoderStep {
    try wordDecoder.step(words: words, states: states)
  }
}
