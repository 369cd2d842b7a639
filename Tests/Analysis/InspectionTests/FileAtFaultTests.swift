import Inspection
import Messages
import Tensors
import Testing
import TestSupport

@Suite("A whole file at fault")
struct FileAtFaultTests {
  struct Pointer: FileWideError {
    let tensor: String?
    var category: ErrorCategory { .badData }
    var fileAtFault: (path: String, message: Message)? { ("m.data", "m.data: is a pointer.") }
    var message: Message { "m.data: \(tensor.map { "\($0) " } ?? "")is a pointer." }
  }

  @Test("is one failure that says how many tensors it costs", arguments: [true, false])
  func once(isKnownFromOpening: Bool) throws {
    let tensors = try (0..<5).map { try InMemoryTensorSource.Tensor("t\($0)", .int8, [1], seed: 1) }
    let problem = SourceProblem(tensor: nil, error: Pointer(tensor: nil), severity: .unreadable)
    var source = InMemoryTensorSource(tensors, problems: isKnownFromOpening ? [problem] : [])
    // As behind an LFS pointer in place of a shard.
    for tensor in tensors { source.damage(tensor.name, throwing: Pointer(tensor: tensor.name)) }
    let report = IntegrityReport(checking: source)
    #expect(report.failures.map(\.tensor) == [nil])
    #expect(report.failures.first?.affectedTensorCount == 5)
    #expect(ReportText.integrity(report).text.hasPrefix("FAILED  5 tensors: m.data: is a pointer.\n1 failure;"))
  }
}
