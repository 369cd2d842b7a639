public import Messages

/// What `decant doctor --json` prints, as documented in `Schemas/doctor.schema.json`.
///
/// Paths are as they are, not escaped for a terminal. Fields are only ever added; a change of meaning would raise
/// `schemaVersion`.
public struct DoctorDocument: Encodable, Sendable {
  /// The version of the document's format.
  public let schemaVersion = 1
  let paths: [String]
  let isHealthy: Bool
  let files: [File]
  let groups: [DoctorReport.Group]
  let findings: [Entry]
  let fixes: Fixes?

  struct Fixes: Encodable {
    let output: String?
    let written: [String]
    let offered: [Message]
    let refused: [Message]
  }

  struct File: Encodable {
    let path: String
    let byteCount: Int?
    let role: Message
  }

  struct Entry: Encodable {
    let kind: String
    let severity: String
    let certainty: String
    let confidence: Double?
    let files: [String]
    let summary: Message
    let explanation: Message
    let remedy: Message
    let commands: [String]
  }

  /// A report as a document.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - plan: what `--fix` does about it; nil without `--fix`.
  ///   - output: the directory that it was written to; nil if nothing was.
  ///   - written: the paths of the new files.
  public init(_ report: DoctorReport, plan: FixPlan? = nil, output: String? = nil, written: [String] = []) {
    fixes = plan.map { plan in
      Fixes(
        output: output, written: written, offered: plan.outputs.map(\.message),
        refused: plan.refusals.map(\.message))
    }
    paths = report.paths
    isHealthy = report.isHealthy
    files = report.files.map { File(path: $0.path, byteCount: $0.byteCount, role: $0.title) }
    groups = report.groups
    findings = report.findings.map {
      Entry(
        kind: $0.kind.rawValue, severity: $0.severity.rawValue, certainty: $0.certainty.rawValue,
        confidence: $0.confidence, files: $0.files, summary: $0.summary, explanation: $0.explanation,
        remedy: $0.remedy.words, commands: $0.remedy.commands)
    }
  }

  /// The document as JSON text, with sorted keys, ending with a line break.
  public func json() throws -> Message { try JSONText.document(self) }
}
