import Files
import Inspection
import Messages
import Tensors
import TestSupport
import Testing

@Suite("A check of everything")
struct IntegrityReportTests {
  private struct Damage: DecantError {
    let category = ErrorCategory.badData
    let message: Message
  }

  private func source() throws -> InMemoryTensorSource {
    var source = InMemoryTensorSource([
      try .init("r", .resource, [], bytes: []), try .init("s", texts: ["x"]),
    ])
    for name in ["a", "b", "c"] { try source.add(.init(name, .float32, [2], seed: 1)) }
    source.hasChecksums = true
    return source
  }

  @Test("of a sound source says how much was read")
  func sound() throws {
    var progress: [Int] = []
    let report = IntegrityReport(checking: try source()) { done, total in
      #expect(total == 25)
      progress.append(done)
    }
    #expect(report.isSound)
    #expect(report.checkedTensorCount == 4)
    #expect(report.skippedTensorCount == 1)
    #expect(report.checkedByteCount == 25)
    #expect(progress == [8, 16, 24, 25])
    #expect(ReportText.integrity(report) == "Sound: 4 tensors read, 25 B, 1 without plain data.\n")
  }

  @Test("lists every failure and continues after each")
  func failures() throws {
    var source = try source()
    source.files = [
      SourceFile(path: "m.index", byteCount: 1), SourceFile(path: "m.data-00001-of-00002", byteCount: nil),
    ]
    source.damage("a", throwing: Damage(message: "m.index: byte 3: is wrong."))
    source.damage("s", throwing: Damage(message: "m.index: byte 9: is wrong too."))
    let report = IntegrityReport(checking: source)
    #expect(!report.isSound)
    #expect(report.failures.map(\.tensor) == [nil, "a", "s"])
    #expect(report.failures.allSatisfy { $0.category == .badData })
    #expect(report.checkedTensorCount == 2)
    #expect(
      ReportText.integrity(report) == """
        FAILED  m.data-00001-of-00002: is missing. Copy all files of the checkpoint together.
        FAILED  a: m.index: byte 3: is wrong.
        FAILED  s: m.index: byte 9: is wrong too.
        3 failures; 2 tensors read, 16 B, 1 without plain data.

        """)
  }

  @Test("begins with what opening found, and says it once")
  func problems() throws {
    let error = FileError(.isDirectory, file: "shard")
    var source = try source()
    source.damage("a", throwing: error)
    source.problems = [
      SourceProblem(tensor: "lost", error: FileError(.notRegular, file: "m"), severity: .incomplete),
      SourceProblem(tensor: "a", error: error, severity: .unreadable),
      SourceProblem(tensor: nil, error: FileError(.exists, file: "odd"), severity: .note),
    ]
    let report = IntegrityReport(checking: source)
    #expect(report.failures.map(\.tensor) == ["lost", "a"])
    #expect(report.checkedTensorCount == 3)
  }

  @Test("of a source that cannot be opened is that failure")
  func unopened() {
    let report = IntegrityReport(openingFailed: [
      SourceProblem(tensor: nil, error: FileError(.isDirectory, file: "m"), severity: .incomplete)
    ])
    #expect(!report.isSound)
    #expect(report.format == nil)
    #expect(ReportText.integrity(report) == "FAILED  m: is a directory, but a file was expected. Name a file.\n")
  }
}
