public import Messages

/// One thing that the doctor found: what it is, why it matters and what to do.
public struct Finding: Sendable, Equatable {
  /// How much it matters.
  public enum Severity: String, Sendable, Comparable, CaseIterable {
    /// Good to know; nothing needs to be done.
    case note
    /// Something works only partly, or only with care.
    case warning
    /// Something cannot work as it is.
    case error

    /// Compares how much they matter.
    public static func < (left: Self, right: Self) -> Bool { left.weight < right.weight }

    private var weight: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// How sure the doctor is of the cause; the fact itself is always certain.
  public enum Certainty: String, Sendable {
    /// The files prove it.
    case certain
    /// The evidence is strong, but another cause is conceivable.
    case likely
    /// It fits the evidence, but so do other causes.
    case possible
  }

  /// Which case it is, for programs.
  public let kind: FindingKind
  /// How much it matters.
  public let severity: Severity
  /// How sure the cause is.
  public let certainty: Certainty
  /// The paths that it concerns, the one at fault first.
  public let files: [String]
  /// What is wrong, in one sentence.
  public let summary: Message
  /// Evidence, and why it matters, in sentences; may be empty.
  public let explanation: Message
  /// What to do.
  package let remedy: Remedy
  /// If weights were judged, the probability of the cause as opposed to chance, 0.5...0.9999; otherwise nil.
  public let confidence: Double?
  /// What Decant itself can do without losing anything; nil if it can do nothing.
  package let fix: Fix?

  /// A finding about files.
  package init(
    _ kind: FindingKind, _ severity: Severity, certainty: Certainty = .certain, files: [String], summary: Message,
    explanation: Message = "", remedy: Remedy = Remedy(), confidence: Double? = nil, fix: Fix? = nil
  ) {
    self.kind = kind
    self.severity = severity
    self.certainty = certainty
    self.files = files
    self.summary = summary
    self.explanation = explanation
    self.remedy = remedy
    self.confidence = confidence
    self.fix = fix
  }
}

extension [Finding] {
  /// Appends a finding about files; see `Finding.init`.
  mutating func add(
    _ kind: FindingKind, _ severity: Finding.Severity, certainty: Finding.Certainty = .certain, files: [String],
    summary: Message, explanation: Message = "", remedy: Remedy = Remedy(), confidence: Double? = nil, fix: Fix? = nil
  ) {
    append(
      Finding(
        kind, severity, certainty: certainty, files: files, summary: summary, explanation: explanation, remedy: remedy,
        confidence: confidence, fix: fix))
  }
}

/// What to do about a finding.
package struct Remedy: Sendable, Equatable {
  /// In sentences; empty if there is nothing to do.
  package let words: Message
  /// Commands to type, in order, quoted for a shell.
  package let commands: [String]

  /// Words, commands, both or nothing.
  package init(_ words: Message = "", commands: [String] = []) {
    self.words = words
    self.commands = commands
  }

  /// Words, and a command made of these arguments, which are quoted if a shell requires it.
  init(_ words: Message, run command: String...) {
    self.init(words, commands: [ShellText.command(command)])
  }
}
