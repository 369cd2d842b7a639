import Files
import Testing
import TestSupport

@testable import Diagnosis

@Suite("Archives, as the doctor sees them")
struct ArchiveCheckTests {
  private func report(_ name: String) throws -> DoctorReport {
    try Doctor.examine([Fixture.path("archives/\(name)")])
  }

  @Test(
    "A sound checkpoint in an archive is found and has no errors", arguments: ["v2.tar.gz", "v2.zip", "v2-top.tar"])
  func sound(name: String) throws {
    let report = try report(name)
    let findings = report.findings.map { "\($0.summary) \($0.explanation)" }
    #expect(report.groups.count == 1, "\(findings) \(report.files.map(\.path))")
    #expect(report.findings.filter { $0.severity == .error } == [], "\(report.findings.map(\.summary))")
  }

  @Test("Links and damage are findings, and so is an archive that cannot be opened")
  func findings() throws {
    #expect(try report("links.tar").findings.contains { $0.kind == .archive && $0.severity == .note })
    #expect(try report("bad/header.tar").findings.contains { $0.kind == .archive && $0.severity == .warning })
    let findings = try report("bad/cut.zip").findings
    #expect(findings.filter { $0.kind == .archive }.map(\.severity) == [.error])
  }
}
