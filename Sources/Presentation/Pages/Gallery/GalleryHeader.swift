package import Captioning
internal import Markup
package import Messages

/// What a gallery says before its first picture, known before any is captioned.
package struct GalleryHeader: Sendable {
  /// The model's file name, without its directory, which readers of the page need not know.
  package let modelName: String
  /// How captions are searched for.
  package let options: CaptionOptions
  /// How many pictures were named.
  package let pictureCount: Int
  /// The probability below which a caption is marked.
  package let confidence: CaptionConfidence
  /// The format of the sidecars; nil if none were requested.
  package let sidecars: SidecarFormat?
  /// Remarks about the vocabulary's markers; may be empty.
  package let remarks: [Message]

  /// The facts that are known beforehand.
  package init(
    modelName: String, options: CaptionOptions, pictureCount: Int, confidence: CaptionConfidence = .measured,
    sidecars: SidecarFormat? = nil, remarks: [Message] = []
  ) {
    (self.modelName, self.options, self.pictureCount) = (modelName, options, pictureCount)
    (self.confidence, self.sidecars, self.remarks) = (confidence, sidecars, remarks)
  }
}
