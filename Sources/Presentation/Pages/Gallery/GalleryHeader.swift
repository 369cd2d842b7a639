package import Captioning
internal import Markup
package import Messages

/// What a gallery says before its first picture, as far as it is known before one is captioned.
package struct GalleryHeader: Sendable {
  /// The model's file; its directory is nobody's business who gets the page.
  package let modelName: String
  /// How captions are searched for.
  package let options: CaptionOptions
  /// How many pictures were named.
  package let pictureCount: Int
  /// The probability below which a caption is marked.
  package let confidence: CaptionConfidence
  /// How sidecars were asked for; nil if they were not.
  package let sidecars: SidecarFormat?
  /// What is to be said of the vocabulary's markers; empty if there is nothing.
  package let remarks: [Message]

  /// What is known beforehand.
  package init(
    modelName: String, options: CaptionOptions, pictureCount: Int, confidence: CaptionConfidence = .measured,
    sidecars: SidecarFormat? = nil, remarks: [Message] = []
  ) {
    (self.modelName, self.options, self.pictureCount) = (modelName, options, pictureCount)
    (self.confidence, self.sidecars, self.remarks) = (confidence, sidecars, remarks)
  }
}
