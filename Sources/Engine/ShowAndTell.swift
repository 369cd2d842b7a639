public import Tensors

/// An im2txt model in memory: Inception v3 encodes images, an LSTM turns encodings into words.
///
/// Weights are read, folded and packed when the model is made, and never change after; one model may serve several threads.
/// - Source: Vinyals et al., "Show and Tell", arXiv:1609.06647; im2txt `show_and_tell_model.py`.
public final class ShowAndTell: Sendable {
  /// The sizes of the model.
  public let sizes: ModelSizes

  /// Reads a model's weights from any source.
  ///
  /// - Throws: `MissingTensorError` naming every tensor that is missing; `EngineError` for tensors that do not fit each
  ///   other; the source's error where it cannot be read.
  public init(source: any TensorSource, options: EngineOptions = EngineOptions()) throws {
    throw EngineError(.stateCount(expected: 0, found: 0))
  }

  /// Encodes images.
  ///
  /// - Parameters:
  ///   - images: `[count, imageSize, imageSize, 3]`, row-major, values in -1...1.
  ///   - count: the number of images.
  ///   - observer: receives the output of every layer and stage, in the order they run.
  /// - Returns: one encoding per image.
  /// - Throws: `EngineError` where `images` has another number of values.
  public func encode(
    _ images: [Float], count: Int, observing observer: ((Activation) throws -> Void)? = nil
  ) throws -> [Encoding] {
    throw EngineError(.stateCount(expected: 0, found: 0))
  }

  /// Feeds one word to each of several partial captions.
  ///
  /// All rows share one pass over the weights, so the beams of several images may go together.
  ///
  /// - Parameters:
  ///   - words: a word ID per row.
  ///   - states: a state per row, from `encode` or an earlier step.
  /// - Throws: `EngineError` for a word or a state that does not fit the model.
  public func step(words: [Int], states: [DecoderState]) throws -> DecoderStep {
    throw EngineError(.stateCount(expected: 0, found: 0))
  }
}
