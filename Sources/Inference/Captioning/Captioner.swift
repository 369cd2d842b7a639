public import Engine
public import Images
internal import Messages
public import Tensors
public import Vocabulary

/// A model, its vocabulary and everything between an image and its captions.
///
/// The weights may come from any source, a checkpoint or a converted file; this code does not know which.
public struct Captioner: Sendable {
  /// The network.
  public let model: ShowAndTell
  /// The words by ID.
  public internal(set) var vocabulary: Vocabulary

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - source: the weights.
  ///   - vocabulary: the words, or nil for those that the source carries in its metadata.
  ///   - vocabularyPath: where the words came from, for errors.
  ///   - options: how the network runs.
  /// - Throws: `CaptionError` if there is no vocabulary; `VocabularyError` if it does not fit the model;
  ///   `MissingTensorError` and `EngineError` if the tensors are not a model.
  public init(
    source: any TensorSource, vocabulary: Vocabulary? = nil, vocabularyPath: String? = nil,
    options: EngineOptions = EngineOptions()
  ) throws {
    let sourcePath = source.files.first?.path
    let words = try vocabulary ?? Self.vocabulary(of: source)
    let model = try ShowAndTell(source: source, options: options)
    try words.check(rows: model.sizes.vocabularySize, path: vocabularyPath ?? sourcePath ?? "vocabulary")
    self.model = model
    self.vocabulary = words
  }

  /// The vocabulary that a converted file carries.
  ///
  /// - Throws: `CaptionDefect.noVocabulary` if it carries none; `VocabularyError` if it is damaged.
  public static func vocabulary(of source: any TensorSource) throws -> Vocabulary {
    let path = source.files.first?.path
    guard let json = source.metadata[Vocabulary.metadataKey] else { throw CaptionError(.noVocabulary, file: path) }
    return try Vocabulary(json: json, path: path ?? source.format)
  }

  /// The network's encoding of an image; every search for its captions starts from it.
  public func encode(_ image: RGBImage) throws -> Encoding {
    let encodings = try model.encode(ImagePreprocessor.input(from: image), count: 1)
    guard let encoding = encodings.first else {
      throw CaptionError(.predictionSize(rows: 1, probabilities: 0, states: 0))
    }
    return encoding
  }

  /// The captions of an encoded image, best first.
  public func captions(of encoding: Encoding, options: CaptionOptions = .standard) throws -> [Caption] {
    let search = BeamSearch(options: options, startID: vocabulary.startID, endID: vocabulary.endID)
    return try search.captions(from: encoding.initialState, model)
  }

  /// The captions of an image, best first.
  public func captions(of image: RGBImage, options: CaptionOptions = .standard) throws -> [Caption] {
    try captions(of: encode(image), options: options)
  }

  /// The captions of an image file, or why there are none: one bad image does not stop the others.
  public func captions(
    ofImageAt path: String, options: CaptionOptions = .standard, limits: ImageLimits = ImageLimits()
  ) -> CaptionedImage {
    var warning: String?
    let result = Result {
      let image = try RGBImage(path: path, limits: limits)
      warning = image.warning
      return try captions(of: image, options: options)
    }
    return CaptionedImage(path: path, result: result, warning: warning)
  }

  /// A caption with its words.
  public func printed(_ caption: Caption) -> PrintedCaption {
    PrintedCaption(caption, vocabulary: vocabulary)
  }
}
