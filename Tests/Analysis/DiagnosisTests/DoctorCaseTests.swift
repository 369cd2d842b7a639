import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

/// A set of files that is wrong in one way, and what the doctor must say of it.
struct DoctorCase: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: FindingKind
  var severity = Finding.Severity.error
  /// What summary, explanation, remedy and commands must contain.
  let says: [String]
  /// What is examined, where it is not the whole directory.
  var path: String?
  let build: @Sendable (TemporaryDirectory) throws -> Void

  var testDescription: String { name }

  static let all = files + sets + savedModels + otherPrograms + states + models + vocabularies
}

extension TemporaryDirectory {
  /// Copies files of a fixture's directory, each under its name or another one.
  func take(_ directory: String, _ names: [(from: String, to: String)]) throws {
    for (from, to) in names { try write(Fixture.bytes("\(directory)/\(from)"), to: to) }
  }

  /// Copies files of a fixture's directory under their names.
  func take(_ directory: String, _ names: String...) throws {
    try take(directory, names.map { ($0, $0) })
  }
}

@Suite("The doctor names the cause")
struct DoctorCaseTests {
  @Test("and what to do", arguments: DoctorCase.all)
  func cause(sample: DoctorCase) throws {
    let scratch = try TemporaryDirectory()
    try sample.build(scratch)
    let before = try Snapshot(scratch)
    let report = try Doctor.examine([sample.path.map(scratch.file) ?? scratch.path])
    let kinds = report.findings.map { "\($0.severity) \($0.kind): \($0.summary)" }.joined(separator: "\n")
    let finding = try #require(report.findings.first { $0.kind == sample.kind }, "\(kinds)")
    #expect(finding.severity == sample.severity)
    let text = DoctorText.render(report, width: 10_000).text
    let words = [finding.summary, finding.explanation, finding.remedy.words].map(\.text)
    let said = (words + finding.remedy.commands).joined(separator: "\n")
    for part in sample.says { #expect(said.contains(part), "\(said)") }
    #expect(text.contains(finding.summary.text))
    #expect(report.isHealthy == (sample.severity == .note))
    // Nothing graver hides the cause.
    #expect(report.findings.allSatisfy { $0.severity <= sample.severity }, "\(kinds)")
    #expect(try Snapshot(scratch) == before)
  }
}

/// Every file below a directory with its bytes, to prove that nothing was changed.
struct Snapshot: Equatable {
  private let files: [String: Data]

  init(_ directory: TemporaryDirectory) throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
    files = Dictionary(
      uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: directory.file($0)) ?? Data()) })
  }
}
