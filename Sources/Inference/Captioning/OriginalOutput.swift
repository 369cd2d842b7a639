internal import Essentials
package import Messages
package import Vocabulary

/// The lines that the original program prints.
package enum OriginalOutput {
  /// The lines of one image, each ended by a line break. Text that would disturb a terminal is escaped, which the
  /// original did not do.
  ///
  /// ```
  /// Captions for image NAME:
  ///   0) a man riding a wave on top of a surfboard . (p=0.035672)
  /// ```
  /// - Parameters:
  ///   - name: the file's name without its directory.
  ///   - captions: best first.
  ///   - vocabulary: the words by ID.
  /// - Returns: a heading and one line per caption.
  /// - Source: im2txt `run_inference.py`.
  package static func lines(image name: String, captions: [Caption], vocabulary: Vocabulary) -> Message {
    var text: Message = "Captions for image \(name):\n"
    for (index, caption) in captions.enumerated() {
      text += "  \(index)) \(vocabulary.text(of: caption.printedIDs)) (p=\(sixDecimals(caption.probability)))\n"
    }
    return text
  }

  /// What to say about a picture whose captions contain a marker.
  static func remark(on marker: String, image name: String) -> Message {
    "\(name): a caption contains \(marker), which no caption in training does. The vocabulary may be from another "
      + "training run, or have <S> and </S> exchanged; compare it with the model: decant vocab --check"
  }

  /// A number as C's `%f` writes it.
  static func sixDecimals(_ value: Double) -> String {
    DecimalText.fixed(value, decimals: 6)
  }
}
