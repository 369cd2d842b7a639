public import Vocabulary

/// The captions of several images under one setting, as `decant caption --json` writes them and `decant verify --expect`
/// reads them.
///
/// The format is that of `Schemas/caption.schema.json`; golden files written by TensorFlow have it too.
public struct CaptionRun: Sendable, Equatable {
  /// How the captions were searched for.
  public var options: CaptionOptions
  /// One entry per image.
  public var images: [Image]

  /// One image of a run.
  public struct Image: Sendable, Equatable {
    /// The file's name without its directory.
    public var file: String
    /// The path as it was given; nil in files that other programs wrote.
    public var path: String?
    /// The captions, best first; nil if there was an error.
    public var captions: [PrintedCaption]?
    /// Why there are no captions.
    public var error: String?
  }

  /// Collects the results for several images.
  public init(options: CaptionOptions, images: [CaptionedImage], vocabulary: Vocabulary) {
    self.options = options
    self.images = images.map { image in
      switch image.result {
      case .success(let captions):
        let texts = captions.map { PrintedCaption($0, vocabulary: vocabulary) }
        return Image(file: image.name, path: image.path, captions: texts, error: nil)
      case .failure(let error): return Image(file: image.name, path: image.path, captions: nil, error: "\(error)")
      }
    }
  }

  init(options: CaptionOptions, images: [Image]) {
    self.options = options
    self.images = images
  }
}
