internal import Captioning
internal import Essentials
package import Messages

extension CaptionExplanation {
  /// The caption, and a line for each word: how probable it is, which part of the picture it depends on most, and how
  /// probable it is without that part.
  ///
  /// ```
  /// scene-09.jpg: a small yellow triangle left of two large purple circles . (p=0.946130)
  ///
  ///   word      probability  depends most on        without it
  ///   triangle       98.3 %  center                    0.096 %
  ///   of              100 %  no particular part
  /// ```
  /// - Parameter path: the picture's path.
  /// - Returns: the text, with a line break at its end.
  package func text(path: String) -> Message {
    var table = TextTable([.left, .right, .left, .right])
    table.add(["word", "probability", "depends most on", "without it"])
    for word in words {
      table.add([
        "\(word.text)", Self.percent(word.probability), word.region,
        word.probabilityWithoutStrongest.map(Self.percent) ?? "",
      ])
    }
    return """
      \(path): \(caption.text) (p=\(DecimalText.fixed(caption.caption.probability, decimals: 6)))

      \(table.render(indent: 2))
      """
  }

  /// A probability as a percentage: `98.2 %`.
  package static func percent(_ probability: Double) -> Message { "\(HumanText.percent(probability * 100)) %" }
}

extension CaptionExplanation.Word {
  /// The part of the picture that the word depends on most, in words: `upper left`, `no particular part`.
  package var region: Message { map.strongest.map { "\($0.region)" } ?? "no particular part" }
}
