import Messages
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Comparison

@Suite("A frozen graph beside its checkpoint")
struct GraphRemainderTests {
  static let graphs = [
    "weights-0.12/conv-unfused.pb", "weights-0.12/lstm.pb", "weights-1.15/conv-slim.pb", "weights-1.15/resources.pb",
    "weights-1.15/attention.pb", "weights-1.15/block-cells.pb",
  ]

  /// The weights of a graph as a checkpoint has them, with what training adds.
  private func checkpoint(
    of graph: any TensorSource, adding extra: [InMemoryTensorSource.Tensor] = [],
    changing change: (inout [InMemoryTensorSource.Tensor]) -> Void = { _ in }
  ) throws -> InMemoryTensorSource {
    let others = Set(graph.otherConstantNames ?? [])
    var tensors = try graph.descriptors.filter { !others.contains($0.name) }.map {
      try InMemoryTensorSource.Tensor($0, of: graph)
    }
    tensors +=
      [try .init("global_step", .int64, [], seed: 1), try .init("AuxLogits/weights", .float32, [3, 2], seed: 2)] + extra
    change(&tensors)
    return InMemoryTensorSource(tensors)
  }

  @Test("is equal to it, whichever comes first, though the checkpoint has a second head", arguments: graphs)
  func equal(file: String) throws {
    let graph = try TensorFile.open(Fixture.path("graphs/\(file)"))
    let other = try checkpoint(of: graph)
    for (left, right) in [(graph, other as any TensorSource), (other, graph)] {
      let comparison = try SourceComparison(left, right)
      #expect(comparison.isEqual)
      #expect(comparison.equalCount == other.descriptors.count - 2)
      #expect(comparison.graphRemainder?.unused == ["AuxLogits/weights"])
      #expect(comparison.graphRemainder?.otherConstants.count == graph.otherConstantNames?.count)
      let diff = try SourceDiff(left, right)
      #expect(diff.isEqual)
      #expect(diff.equalCount == other.descriptors.count - 2)
      #expect(
        DiffText.report(diff, leftPath: "a", rightPath: "b").text.contains("not needed by the outputs of the graph"))
    }
  }

  @Test("differs where one weight has another value, or is missing; then what else is missing counts too")
  func different() throws {
    let graph = try TensorFile.open(Fixture.path("graphs/weights-1.15/conv-slim.pb"))
    let changed = try checkpoint(of: graph) { $0[0].bytes[1] ^= 1 }
    #expect(try SourceComparison(graph, changed).values.count == 1)
    #expect(try !SourceDiff(graph, changed).isEqual)
    let short = try checkpoint(of: graph) { $0.removeFirst() }
    let comparison = try SourceComparison(graph, short)
    #expect(comparison.onlyInLeft.count == 1)
    #expect(comparison.onlyInRight == ["AuxLogits/weights"])
    #expect(try SourceDiff(graph, short).onlyInLeft.count == 1)
  }

  @Test("of another model shares no name, and everything is a difference")
  func foreign() throws {
    let graph = try TensorFile.open(Fixture.path("graphs/weights-1.15/conv-slim.pb"))
    let other = InMemoryTensorSource([try .init("x", .float32, [2], seed: 1)])
    let comparison = try SourceComparison(graph, other)
    #expect(!comparison.isEqual)
    #expect(comparison.onlyInRight == ["x"])
    #expect(comparison.onlyInLeft.count == 11)
  }

  @Test("and another frozen graph are compared constant by constant")
  func twoGraphs() throws {
    let graph = try TensorFile.open(Fixture.path("graphs/weights-1.15/conv-slim.pb"))
    let other = try TensorFile.open(Fixture.path("graphs/weights-1.15/stripped.pb"))
    #expect(try SourceComparison(graph, graph).isEqual)
    let comparison = try SourceComparison(graph, other)
    #expect(comparison.graphRemainder == nil)
    #expect(!comparison.onlyInLeft.isEmpty && !comparison.isEqual)
  }

  @Test("that TensorFlow 2 froze has names of operations, and the report says so")
  func namesOfOperations() throws {
    let graph = try TensorFile.open(Fixture.path("graphs/weights-2x/conv.pb"))
    let other = InMemoryTensorSource([try .init("conv/kernel", .float32, [3, 3, 3, 4], seed: 1)])
    let comparison = try SourceComparison(graph, other)
    #expect(!comparison.isEqual)
    #expect(comparison.graphRemainder?.namedAfterReads.count == comparison.onlyInLeft.count)
    let diff = try SourceDiff(graph, other)
    #expect(DiffText.report(diff, leftPath: "a", rightPath: "b").text.contains("cannot be matched by name"))
  }
}
