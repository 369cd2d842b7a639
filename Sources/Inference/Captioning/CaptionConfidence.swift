package import Messages

/// The probability below which a caption is marked as unsure.
package struct CaptionConfidence: Sendable, Equatable {
  /// The probability.
  package let threshold: Double
  private let isMeasured: Bool

  /// The threshold that was measured on the scenes model, because a program can judge its captions.
  ///
  /// Of 12,000 scenes that were not used in training (`draw_scenes.py`, seeds from 40,000,000 and from 41,000,000, quality 88, six
  /// sizes), 79 captions were wrong. Of the 368 captions below 0.7, 68 were wrong (18 in 100), of the other 11,632 only 11 (1 in 1,000).
  /// The first 4,000 scenes suggested the number and the other 8,000 confirmed it. There is no probability below which most captions are wrong: even
  /// below 0.5 it was 16 of 45.
  package static let measured = CaptionConfidence(threshold: 0.7, isMeasured: true)

  /// A threshold that the caller chooses.
  package init(threshold: Double) { self.init(threshold: threshold, isMeasured: false) }

  private init(threshold: Double, isMeasured: Bool) {
    (self.threshold, self.isMeasured) = (threshold, isMeasured)
  }

  /// Whether a caption is probable enough and complete.
  package func isSure(of caption: Caption) -> Bool { doubt(about: caption) == nil }

  /// Why a caption is marked; nil if it is not.
  package func doubt(about caption: Caption) -> Message? {
    guard caption.isComplete else { return "Not sure: the caption was cut off at the maximum length." }
    // Not `<`, so that NaN is marked.
    guard !(caption.probability >= threshold) else { return nil }
    return """
      Not sure: the probability is \(HumanText.significant(caption.probability, 3)), less than \
      \(HumanText.significant(threshold, 3)).
      """
  }

  /// What the mark means, in sentences for a page.
  package var explanation: Message {
    guard isMeasured else {
      return "Captions with a probability below \(HumanText.significant(threshold, 3)) are marked, as you asked."
    }
    return """
      Captions with a probability below 0.7 are marked. We chose this threshold with a small model that describes drawn \
      shapes, because a program can judge its captions. It captioned 12,000 pictures that it had never seen: 18 in 100 of \
      the captions below 0.7 were wrong, and 1 in 1,000 of the others. So check a marked caption; it is not necessarily \
      wrong. A model for photographs spreads its probability over many correct captions, so all of its captions may be \
      marked; compare its pictures with each other, and set a threshold that suits them with --min-probability.
      """
  }
}
