public import Vocabulary

/// A caption with its printed words.
public struct PrintedCaption: Sendable, Equatable {
  /// The IDs and their numbers.
  public var caption: Caption
  /// The words as the original program prints them: all except the first and the last, joined by single spaces.
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
