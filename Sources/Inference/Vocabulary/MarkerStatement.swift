public import Messages

/// The report on `<S>` and `</S>` of a vocabulary for a model, as text and as data.
///
/// `MarkerVerdict.statement` makes it; every command prints it, and its JSON holds it.
public struct MarkerStatement: Encodable, Sendable, Equatable {
  /// `as-given`, `exchanged`, `elsewhere` or `undecided`.
  public let verdict: String
  /// `certain`, `likely` or `unknown`.
  public let certainty: String
  /// The probability of the verdict as opposed to chance, 0.5...0.9999.
  public let confidence: Double
  /// The verdict in one sentence.
  public let summary: Message
  /// The evidence, in sentences.
  public let explanation: Message
  /// What to do, in sentences; empty if there is nothing to do.
  public let remedy: Message
  /// Commands that do it.
  public let commands: [String]

  /// A statement with its words.
  public init(
    verdict: String, certainty: String, confidence: Double, summary: Message, explanation: Message, remedy: Message,
    commands: [String]
  ) {
    self.verdict = verdict
    self.certainty = certainty
    self.confidence = confidence
    self.summary = summary
    self.explanation = explanation
    self.remedy = remedy
    self.commands = commands
  }

  /// Whether the vocabulary is certainly or probably wrong.
  public var isAgainstVocabulary: Bool { verdict == "exchanged" || verdict == "elsewhere" }

  /// All of it as lines of text: the verdict, the evidence and what to do.
  public var lines: [Message] {
    [summary, explanation, remedy].filter { !$0.isEmpty } + commands.map { "  \($0)" }
  }
}
