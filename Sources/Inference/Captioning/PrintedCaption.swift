public import Vocabulary

/// A caption with its words in print.
public struct PrintedCaption: Sendable, Equatable {
  /// The IDs and their figures.
  public var caption: Caption
  /// The words as the original program prints them: all but the first and the last, joined by one blank.
  public var text: String

  /// A caption and its words.
  public init(caption: Caption, text: String) {
    self.caption = caption
    self.text = text
  }

  /// A caption in the words of a vocabulary.
  public init(_ caption: Caption, vocabulary: Vocabulary) {
    self.init(caption: caption, text: vocabulary.text(of: caption.printedIDs))
  }
}
