internal import Essentials
package import Messages

/// A caption as a sentence for a page's `alt`, a text file or a photo's description.
///
/// im2txt learned separated words, such as `a man 's hat , and a dog .`; as a sentence, that is `A man's hat, and a
/// dog.`
package struct AltText: Sendable, Hashable, MessageConvertible {
  /// The sentence, with everything escaped that could deceive a reader.
  package let message: Message

  /// The sentence for a caption's words as they are printed, separated by spaces.
  package init(_ text: String) {
    var sentence = ""
    for word in text.split(separator: " ") {
      if !sentence.isEmpty, !Self.clings(word) { sentence += " " }
      sentence += word
    }
    if let first = sentence.first { sentence = first.uppercased() + sentence.dropFirst() }
    if let last = sentence.last, !".!?".contains(last) { sentence += "." }
    message = "\(sentence)"
  }

  /// Whether a word is written without a space before it: punctuation, and the second part of `it 's` and `do n't`.
  private static func clings(_ word: Substring) -> Bool {
    [".", ",", ";", ":", "!", "?", "n't"].contains(word) || word.hasPrefix("'") && word.count > 1
  }
}
