package import Engine
package import Files
package import Messages
package import Vocabulary

/// Writes captions beside their pictures, each completely or not at all.
package struct SidecarWriter: Sendable {
  /// The outcome for a picture's sidecar.
  package enum Outcome: Sendable {
    /// It was written.
    case written(path: String)
    /// None was written, for this reason.
    case leftOut(Message)
    /// The picture was named before and already has its sidecar.
    case repeated
    /// The picture has no captions, which is reported elsewhere.
    case none
  }

  private let plan: SidecarPlan
  private let options: CaptionOptions
  private let vocabulary: Vocabulary
  private let model: String
  private let engine: EngineSettings?
  private var names = OutputNames()
  private var written: Set<String> = []
  /// How many sidecars were written.
  package private(set) var writtenCount = 0
  /// How many pictures with unsure captions got no sidecar.
  package private(set) var leftOutCount = 0

  /// A writer of planned sidecars.
  ///
  /// - Parameters:
  ///   - plan: which sidecars to write, and where.
  ///   - options: how captions are searched for.
  ///   - vocabulary: the words by ID.
  ///   - model: the path that the weights came from, for JSON.
  ///   - engine: what computes the captions, for JSON; nil to leave that out.
  package init(
    _ plan: SidecarPlan, options: CaptionOptions, vocabulary: Vocabulary, model: String, engine: EngineSettings? = nil
  ) {
    (self.plan, self.options, self.vocabulary, self.model) = (plan, options, vocabulary, model)
    self.engine = engine
  }

  /// Writes the sidecar of one picture, readable by those who may read the picture.
  ///
  /// - Returns: the outcome.
  /// - Throws: `FileError` if it exists and may not be replaced, or cannot be written; then nothing is left.
  package mutating func write(_ image: CaptionedImage) throws(FileError) -> Outcome {
    guard case .success(let captions) = image.result else { return .none }
    if let reason = reasonToLeaveOut(captions) {
      leftOutCount += 1
      return .leftOut("\(image.path): no sidecar was written, because \(reason).")
    }
    guard let best = captions.first else { return .none }
    let path = plan.format.path(beside: image.path)
    guard written.insert(names.canonical(path)).inserted else { return .repeated }
    let permissions = OutputPermissions(notWiderThan: [FileState(path: image.path)].compactMap(\.self))
    let file = try OutputFile(path: path, replacesExisting: plan.replacesExisting, permissions: permissions)
    let bytes = Array(content(image, best).text.utf8)
    // Every byte of an array of bytes is initialized.
    try file.write(unsafe bytes.span.bytes, at: 0)
    try file.commit()
    writtenCount += 1
    return .written(path: path)
  }

  /// Why a picture gets no sidecar; nil if it gets one.
  private func reasonToLeaveOut(_ captions: [Caption]) -> Message? {
    guard let best = captions.first else { return "the model says nothing about the picture" }
    // The original prints such a caption without its last word, which is not good enough for a photo's description.
    guard best.isComplete else { return "its best caption is cut off at \(options.maximumLength) words" }
    guard let minimum = plan.minimumProbability, !(best.probability >= minimum) else { return nil }
    return """
      its best caption has the probability \(HumanText.significant(best.probability, 3)), less than \
      \(HumanText.significant(minimum, 3))
      """
  }

  private func content(_ image: CaptionedImage, _ best: Caption) -> Message {
    let text = AltText(vocabulary.text(of: best.printedIDs))
    return switch plan.format {
    case .txt: "\(text)\n"
    case .xmp: SidecarFormat.xmp(describing: text)
    case .json: json(image)
    }
  }

  /// The document of `--json` for one picture. It may be moved with the picture, so it names files without directories.
  private func json(_ image: CaptionedImage) -> Message {
    var run = CaptionRun(options: options, images: [image], vocabulary: vocabulary)
    run.images[0].path = nil
    return CaptionRun.json([run], model: model.lastPart, engine: engine)
  }
}
