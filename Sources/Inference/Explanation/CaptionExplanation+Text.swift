internal import Captioning
internal import Foundation
package import Messages

extension CaptionExplanation {
  /// The caption, and a line for each word: how probable it is, where it comes from, and how probable it is without that.
  ///
  /// ```
  /// scene-09.jpg: a small yellow triangle left of two large purple circles . (p=0.996)
  ///
  ///   word      probability  depends most on  without it
  ///   a             100 %  nowhere in particular
  ///   yellow       99.9 %  lower left        1.2 %
  /// ```
  /// - Parameter path: the picture's.
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
      \(path): \(caption.text) (p=\(String(format: "%f", caption.caption.probability)))

      \(table.render(indent: 2))
      """
  }

  /// A probability as a percentage: `98.2 %`.
  package static func percent(_ probability: Double) -> Message { "\(HumanText.percent(probability * 100)) %" }
}

extension CaptionExplanation.Word {
  /// Where the word comes from, in words: `upper left`, `nowhere in particular`.
  package var region: Message { map.strongest.map { "\($0.region)" } ?? "nowhere in particular" }
}
