internal import Engine
public import Messages
package import Vocabulary
package import WordTraces

/// Which of a vocabulary's rows count as `<S>` and `</S>`.
package enum MarkerChoice: String, Sendable, CaseIterable {
  /// As given, unless the weights prove that the two are swapped.
  case auto
  /// Keep the start and end words where the vocabulary has them.
  case asGiven = "as-given"
  /// Swap them.
  case exchanged
}

/// The result of a choice: how captions are searched for, and what is reported about it.
package struct MarkerUse: Sendable {
  /// What the weights show.
  package let verdict: MarkerVerdict
  /// The verdict as every command words it.
  package let statement: MarkerStatement
  /// Whether captions are searched for with the two swapped.
  package let isExchanged: Bool
  private let choice: MarkerChoice

  init(_ choice: MarkerChoice, _ verdict: MarkerVerdict, of words: MarkerVerdict.WordSource, model: String) {
    self.choice = choice
    self.verdict = verdict
    statement = verdict.statement(of: words, model: model)
    isExchanged = choice == .exchanged || choice == .auto && verdict.isCertainlyExchanged
  }

  /// Lines for standard error, without line breaks; empty if there is nothing to say.
  package var lines: [Message] {
    let decision: Message? =
      switch (verdict.finding, isExchanged) {
      case (.exchanged, true):
        "The captions use the corrected order; add --markers as-given to keep the order of the file."
      case (.exchanged, false) where choice == .auto:
        "The captions use the order of the file, because this is not certain; try --markers exchanged."
      case (.exchanged, false): "The captions use the order of the file."
      case (.elsewhere, _): isExchanged ? "The captions still use the exchanged order." : nil
      case (.asGiven, true): "The captions still use the exchanged order."
      default: nil
      }
    guard verdict.isAgainstVocabulary || decision != nil else { return [] }
    return [statement.summary, statement.explanation] + [decision].compactMap(\.self)
      + (statement.commands.isEmpty
        ? [statement.remedy].filter { !$0.isEmpty } : [statement.remedy] + statement.commands.map { "  \($0)" })
  }
}

extension MarkerUse {
  /// What readers of captions should know, without paths and commands; empty if there is nothing to say.
  package var remarks: [Message] {
    guard !lines.isEmpty else { return [] }
    return [statement.summary, statement.explanation] + (isExchanged ? ["The captions use the exchanged order."] : [])
  }
}

extension Captioner {
  /// Judges where the model has `<S>` and `</S>`; reads nothing that is not loaded.
  package var markerVerdict: MarkerVerdict { MarkerVerdict(vocabulary, decoder: model.wordDecoder) }

  /// The captioner for a choice of the markers, and the report about it.
  ///
  /// - Parameters:
  ///   - choice: how the markers are used.
  ///   - words: where the vocabulary came from, for messages.
  ///   - path: the path of the model, for messages.
  /// - Returns: the captioner, and the result of the choice.
  /// - Throws: `VocabularyError` if the markers are to be exchanged and one is on several lines.
  package func choosingMarkers(
    _ choice: MarkerChoice, words: MarkerVerdict.WordSource, model path: String
  ) throws(VocabularyError) -> (captioner: Captioner, use: MarkerUse) {
    let use = MarkerUse(choice, markerVerdict, of: words, model: path)
    guard use.isExchanged else { return (self, use) }
    var copy = self
    copy.vocabulary = try vocabulary.exchangingMarkers(path: words.path)
    return (copy, use)
  }

  /// What to say about captions that contain a marker; nil if none does.
  ///
  /// - Parameters:
  ///   - captions: the captions of one picture.
  ///   - name: the picture's name.
  /// - Returns: a sentence for standard error, without a line break.
  public func remarkOnMarkers(in captions: [Caption], image name: String) -> Message? {
    let markers = [(vocabulary.startID, Vocabulary.startWord), (vocabulary.endID, Vocabulary.endWord)]
    guard let (_, marker) = markers.first(where: { id, _ in captions.contains { $0.printedIDs.contains(id) } }) else {
      return nil
    }
    return OriginalOutput.remark(on: marker, image: name)
  }
}

extension ModelVocabulary {
  /// Where the words came from, for the text of a verdict.
  package var wordSource: MarkerVerdict.WordSource { origin == .carried ? .carried(path) : .file(path) }
}
