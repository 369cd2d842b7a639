internal import Messages
internal import Vocabulary
internal import WordTraces

extension Finding {
  /// A finding about `<S>` and `</S>` that are not where the model has them; nil if there is no evidence of that.
  ///
  /// - Parameters:
  ///   - verdict: what the weights show.
  ///   - words: where the vocabulary is.
  ///   - model: the path of the model.
  /// - Returns: an error, with its confidence and, if it is certain, the fix.
  static func markers(_ verdict: MarkerVerdict, of words: MarkerVerdict.WordSource, model: String) -> Finding? {
    guard verdict.isAgainstVocabulary else { return nil }
    let statement = verdict.statement(of: words, model: model)
    var fix: Fix?
    // A likely problem is not fixed.
    if verdict.isCertainlyExchanged, case .file(let path) = words { fix = .exchangeMarkers(path) }
    return Finding(
      .vocabularyMarkers, .error, certainty: verdict.certainty == .certain ? .certain : .likely, files: [words.path],
      summary: "\(statement.summary)", explanation: "\(statement.explanation)",
      remedy: Remedy("\(statement.remedy)", commands: statement.commands), confidence: statement.confidence, fix: fix)
  }
}
