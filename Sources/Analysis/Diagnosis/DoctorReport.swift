public import Messages

/// What the doctor found out about some files.
public struct DoctorReport: Sendable, Equatable {
  /// A group of files that belong together.
  public struct Group: Sendable, Equatable, Encodable {
    /// The prefix of a checkpoint, or the path of a single file.
    public let name: String
    /// What it is, such as `V2 checkpoint of im2txt, complete`.
    public let summary: Message
    /// Facts worth knowing, one sentence each.
    public let facts: [Message]
    /// The paths of its files.
    public let files: [String]
    /// Whether all of it is there and sound.
    public let isComplete: Bool
    /// A command that makes use of it; nil if none can.
    public let command: String?
  }

  /// The paths that were given.
  public let paths: [String]
  /// Every file that was examined.
  public let files: [ExaminedFile]
  /// The checkpoints and weight files among them.
  public let groups: [Group]
  /// What was found, the most severe first.
  public let findings: [Finding]

  /// The severity of the most severe finding; nil if there is none.
  public var gravest: Finding.Severity? { findings.map(\.severity).max() }

  /// Whether nothing is wrong; notes are allowed.
  public var isHealthy: Bool { (gravest ?? .note) < .warning }

  init(paths: [String], files: [ExaminedFile], groups: [Group], findings: [Finding]) {
    self.paths = paths
    self.files = files
    self.groups = groups
    // The order within one severity is that of discovery.
    self.findings = Finding.Severity.allCases.reversed().flatMap { severity in
      findings.filter { $0.severity == severity }
    }
  }
}
