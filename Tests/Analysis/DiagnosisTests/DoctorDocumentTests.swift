import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

@Suite("The JSON of doctor")
struct DoctorDocumentTests {
  @Test(
    "follows its schema, with a plan and without",
    arguments: ["checkpoints/v2-state-absolute", "checkpoints/bad/v2-data-cut", "checkpoints/bad/v1-html", "scenes/v2"])
  func followsSchema(folder: String) throws {
    let schema = try JSONSchema(named: "doctor.schema.json")
    let report = try Doctor.examine([Fixture.path(folder)])
    #expect(try schema.violations(in: DoctorDocument(report).json().text) == [])
    let planned = DoctorDocument(report, plan: FixPlan(report), output: "DIR", written: ["DIR/checkpoint"])
    #expect(try schema.violations(in: planned.json().text) == [])
    #expect(try planned.json() == planned.json())
  }

  @Test("names each kind once, in words of small letters and hyphens")
  func kinds() {
    let kinds = FindingKind.allCases.map(\.rawValue)
    #expect(Set(kinds).count == kinds.count)
    #expect(kinds.allSatisfy { $0.contains(/^[a-z]+(-[a-z]+)*$/) })
  }
}
