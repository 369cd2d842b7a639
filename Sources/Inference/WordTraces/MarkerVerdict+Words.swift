internal import Files
internal import Essentials
internal import Messages
package import Vocabulary

extension MarkerVerdict {
  /// Where words come from: a file, or a converted model that carries them.
  package enum WordSource: Sendable, Equatable {
    /// A `word_counts.txt`, given by its path.
    case file(String)
    /// A converted file with words inside, given by its path.
    case carried(String)

    /// The path of the file.
    package var path: String {
      switch self {
      case .file(let path), .carried(let path): path
      }
    }

    /// The place of the words, as part of a sentence.
    var title: Message {
      switch self {
      case .file(let path): "\(path.lastPart)"
      case .carried(let path): "the vocabulary inside \(path.lastPart)"
      }
    }
  }

  /// The verdict in words, the same ones in every command.
  ///
  /// - Parameters:
  ///   - words: where the vocabulary is.
  ///   - model: the path of the model.
  /// - Returns: sentences, and commands to type.
  package func statement(of words: WordSource, model: String) -> MarkerStatement {
    let (remedy, commands) = remedy(for: words, model: model)
    return MarkerStatement(
      verdict: finding.rawValue, certainty: certainty.rawValue, confidence: (confidence * 1e4).rounded(.down) / 1e4,
      summary: summary(words, model.lastPart), explanation: explanation, remedy: remedy, commands: commands)
  }

  private func summary(_ words: WordSource, _ model: String) -> Message {
    let title = words.title
    switch (finding, certainty) {
    case (.exchanged, .certain): return "<S> and </S> of \(title) are exchanged for the model \(model)."
    case (.exchanged, _): return "<S> and </S> of \(title) are probably exchanged for the model \(model)."
    case (.elsewhere, _): return "<S> and </S> of \(title) are not where the model \(model) has them."
    case (.asGiven, _): return "<S> and </S> of \(title) are where the model \(model) has them."
    case (.undecided, _):
      return "Whether <S> and </S> of \(title) are where the model \(model) has them is unclear."
    }
  }

  private var explanation: Message {
    let places: Message = "The vocabulary has <S> as \(startID) and </S> as \(endID)."
    if let repeatedMarker { return "\(repeatedMarker) is on several lines of the vocabulary." }
    let signs = signs.map(\.text).joined(separator: ", and ")
    switch finding {
    case .undecided where self.signs.isEmpty:
      return "\(places) Training leaves traces of the two, and these weights show none: they are random, "
        + "or were initialized in a different way."
    case .undecided where Set(self.signs.map { "\($0.support)" }).count == 1:
      return "\(places) According to the weights, \(signs); that is too little evidence."
    case .undecided: return "\(places) According to the weights, \(signs). These signs contradict each other."
    case .asGiven: return "\(places) According to the weights, \(signs). \(confidenceText)"
    case .exchanged:
      return
        "According to the weights, \(signs). \(places) With this order, captions do not end but continue with <S>. \(confidenceText)"
    case .elsewhere:
      return
        "According to the weights, \(signs). \(places) Its other words may be in the wrong places too. \(confidenceText)"
    }
  }

  private var confidenceText: Message {
    let doubt: Message =
      certainty == .certain
      ? "."
      : signs.count == 1
        ? "; this is only one sign, because a second could not be read." : "; there may be another cause."
    return "Confidence \(DecimalText.fixed((confidence * 1e4).rounded(.down) / 1e4, decimals: 4))\(doubt)"
  }

  private func remedy(for words: WordSource, model: String) -> (Message, [String]) {
    switch (finding, words) {
    case (.exchanged, .file(let path)):
      return (
        "Exchange the two lines; both orders are in use:",
        [ShellText.command("decant", "vocab", path, "--exchange-markers", "-o", "words.txt")]
      )
    case (.exchanged, .carried(let path)):
      return (
        "Exchange the two words, and convert the file with them:",
        [
          ShellText.command("decant", "vocab", path, "--exchange-markers", "-o", "words.txt"),
          ShellText.command("decant", "convert", path, "--vocab", "words.txt", "-o", "mended-\(path.lastPart)"),
        ]
      )
    case (.elsewhere, _): return ("Find the word_counts.txt that was published with this model.", [])
    case (.undecided, _) where repeatedMarker != nil:
      return (
        "Find the word_counts.txt that was published with this model. Do not remove a line: a word's ID is its line number.",
        []
      )
    default: return ("", [])
    }
  }
}
