import ModelMapping
import Tensors
import TestSupport
import Testing

@testable import Comparison

@Suite("Comparing two sources")
struct SourceComparisonTests {
  @Test("names of another era are the same names; a leftover on one side is not a difference")
  func names() throws {
    let left = InMemoryTensorSource([
      try .init("lstm/BasicLSTMCell/Linear/Matrix", .float32, [4, 4], seed: 1),
      try .init("global_step", .int32, [], seed: 2),
      try .init("a", .float32, [3], seed: 3), try .init("x", .float32, [3], seed: 3),
    ])
    let right = InMemoryTensorSource([
      try .init("lstm/basic_lstm_cell/kernel", .float32, [4, 4], seed: 1), try .init("a", .float32, [3], seed: 3),
      try .init("y", .float32, [3], seed: 3), try .init("a/Momentum", .float32, [3], seed: 3),
    ])
    let comparison = try SourceComparison(left, right)
    #expect(comparison.equalCount == 2)
    #expect(comparison.onlyInLeft == ["x"])
    #expect(comparison.onlyInRight == ["y"])
    #expect(comparison.leftoversOnlyInLeft.map(\.name) == ["global_step"])
    #expect(comparison.leftoversOnlyInRight.map(\.name) == ["a/Momentum"])
    #expect(comparison.renamed.map(\.from) == ["lstm/BasicLSTMCell/Linear/Matrix"])
    #expect(!comparison.isEqual)
  }

  @Test("dtype and shape are compared before values")
  func kinds() throws {
    let left = InMemoryTensorSource([try .init("a", .int8, [4], seed: 1), try .init("b", .int8, [4], seed: 1)])
    let right = InMemoryTensorSource([try .init("a", .qint8, [4], seed: 1), try .init("b", .int8, [2, 2], seed: 1)])
    let comparison = try SourceComparison(left, right)
    #expect(comparison.kinds.map(\.left.name) == ["a", "b"])
    #expect(comparison.equalCount == 0)
    #expect(!comparison.isEqual)
  }

  @Test("a leftover on both sides is compared like the rest")
  func leftovers() throws {
    let left = InMemoryTensorSource([try .init("global_step", .int32, [], bytes: [1, 0, 0, 0])])
    let right = InMemoryTensorSource([try .init("global_step", .int32, [], bytes: [2, 0, 0, 0])])
    #expect(try SourceComparison(left, right).values.map(\.name) == ["global_step"])
  }

  @Test("one bit anywhere is found, with its index and both values", arguments: [0, 1, 99_999, 65_536, 199_999])
  func oneBit(index: Int) throws {
    let tensor = try InMemoryTensorSource.Tensor("a", .float32, [200_000], seed: 1)
    var changed = tensor
    changed.bytes[4 * index + 2] ^= 0x10
    let comparison = try SourceComparison(InMemoryTensorSource([tensor]), InMemoryTensorSource([changed]))
    let difference = try #require(comparison.values.first)
    #expect(difference.firstIndex == index)
    #expect(difference.elementCount == 1)
    #expect(difference.left == Array(tensor.bytes[(4 * index)..<(4 * index + 4)]))
    #expect(difference.right == Array(changed.bytes[(4 * index)..<(4 * index + 4)]))
    #expect(!comparison.isEqual)
  }

  @Test("a NaN equals itself and no NaN of another payload; zeros of two signs differ")
  func bits() throws {
    let left = try InMemoryTensorSource.Tensor(
      "a", .float32, [3], bytes: [1, 0, 0xc0, 0x7f, 1, 0, 0xc0, 0x7f, 0, 0, 0, 0])
    let right = try InMemoryTensorSource.Tensor(
      "a", .float32, [3], bytes: [1, 0, 0xc0, 0x7f, 2, 0, 0xc0, 0x7f, 0, 0, 0, 0x80])
    let difference = try SourceComparison(InMemoryTensorSource([left]), InMemoryTensorSource([right])).values.first
    #expect(difference?.firstIndex == 1)
    #expect(difference?.elementCount == 2)
  }

  @Test("strings are compared by their bytes")
  func strings() throws {
    let left = InMemoryTensorSource([try .init("a", [3], strings: [[1], [2], [3]])])
    let right = InMemoryTensorSource([try .init("a", [3], strings: [[1], [2, 0], [3]])])
    let comparison = try SourceComparison(left, right)
    #expect(comparison.values == [.init(name: "a", firstIndex: 1, left: [2], right: [2, 0], elementCount: 1)])
    #expect(try SourceComparison(left, left).isEqual)
  }
}
