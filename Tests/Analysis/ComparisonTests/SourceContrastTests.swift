import Foundation
import Inspection
import Messages
import Tensors
import TestSupport
import Testing
import Threads

@testable import Comparison

@Suite("What changed between two sources, and by how much")
struct SourceContrastTests {
  typealias Tensor = InMemoryTensorSource.Tensor

  static func source(_ values: [String: [Float]]) throws -> InMemoryTensorSource {
    InMemoryTensorSource(try values.map { try Tensor($0, .float32, [$1.count], bytes: packed($1)) })
  }

  @Test("the relative change is the root mean square of the difference over that of A")
  func relative() throws {
    let contrast = try SourceContrast(
      try Self.source(["a": [3, -4, 0, 0], "zero": [0, 0], "same": [1, 2]]),
      try Self.source(["a": [3, -4, 0.3, 0.4], "zero": [0, 1], "same": [1, 2]]))
    #expect(contrast.changes.map(\.difference.name) == ["zero", "a"])
    let measure = try #require(contrast.changes[1].measure)
    #expect(abs(measure.relative - 0.1) < 1e-7)
    #expect(measure.left == 2.5)
    #expect(abs(measure.difference - 0.25) < 1e-7)
    #expect(contrast.changes[0].measure?.relative == .infinity)
    #expect(contrast.unchanged.map(\.name) == ["same"])
    #expect(contrast.comparedCount == 3)
  }

  @Test("a comparison ends early when nobody waits any more")
  func cancelled() throws {
    let source = try Self.source(["a": [1], "b": [2], "c": [3]])
    let cancellation = Cancellation()
    var steps = 0
    #expect(throws: Cancelled.self) {
      try SourceContrast(source, source, cancellation: cancellation) { _, _ in
        steps += 1
        cancellation.cancel()
      }
    }
    #expect(steps == 1)
  }

  @Test(
    "the measure is the same for every dtype, and across dtypes",
    arguments: [DType.float64, .float16, .int64, .complex128])
  func dtypes(dtype: DType) throws {
    func bytes(_ values: [Double]) -> [UInt8] {
      switch dtype {
      case .float16: packed(values.map { Float16($0) })
      case .int64: packed(values.map { Int64($0) })
      default: packed(values)
      }
    }
    let count = dtype == .complex128 ? 2 : 4
    let left = InMemoryTensorSource([try Tensor("a", dtype, [count], bytes: bytes([2, -2, 2, 2]))])
    let right = InMemoryTensorSource([try Tensor("a", dtype, [count], bytes: bytes([2, -2, 2, 4]))])
    let contrast = try SourceContrast(left, right)
    #expect(contrast.changes.first?.measure == ChangeMeasure(left: 2, right: 7.0.squareRoot(), difference: 1))
    #expect(contrast.details[0]?.difference == nil || dtype != .complex128)
    guard dtype != .complex128 else { return }
    let floats = InMemoryTensorSource([try Tensor("a", .float32, [4], bytes: packed([2, -2, 2, 4] as [Float]))])
    #expect(try SourceContrast(left, floats).changes.first?.measure?.relative == 0.5)
  }

  @Test("NaN on one side comes first, shapes and strings last, and the same numbers in another dtype are none of them")
  func order() throws {
    var left = try Self.source(["a": [1, 1], "b": [1, 1], "nan": [1, 1], "shape": [1, 2], "recast": [1, 2]])
    var right = try Self.source(["a": [1, 2], "b": [1, 9], "nan": [.nan, 1.5], "shape": [1, 2, 3]])
    left.add(try Tensor("string", texts: ["x"]))
    right.add(try Tensor("string", texts: ["y"]))
    right.add(try Tensor("recast", .float64, [2], bytes: packed([1.0, 2])))
    let contrast = try SourceContrast(left, right)
    #expect(contrast.changed.map(\.difference.name) == ["nan", "b", "a", "shape", "string"])
    #expect(contrast.recast.map(\.difference.name) == ["recast"])
    #expect(contrast.changes[0].breaksNumbers)
    #expect(contrast.largestChange?.difference.name == "b")
    let shape = try #require(contrast.changes.firstIndex { $0.difference.name == "shape" })
    #expect(contrast.changes[shape].measure == nil)
    #expect(contrast.changes[shape].histograms?.right.counts.reduce(0, +) == 3)
    #expect(contrast.details[shape]?.difference == nil)
    #expect(contrast.details.values.allSatisfy { $0.left.statistics.valueCount == 2 })
  }

  @Test("both histograms have the same intervals, over all values of both")
  func histograms() throws {
    let contrast = try SourceContrast(
      try Self.source(["a": [0, 1, 2, 3]]), try Self.source(["a": [0, 1, 2, -5]]), detailCount: 1)
    for pair in [contrast.changes[0].histograms, contrast.details[0]?.histograms] {
      let pair = try #require(pair)
      #expect(pair.left.lower == -5 && pair.left.upper == 3)
      #expect(pair.right.lower == -5 && pair.right.upper == 3)
      #expect(pair.left.counts.count == pair.right.counts.count)
      #expect(pair.left.counts.reduce(0, +) == 4 && pair.right.counts.reduce(0, +) == 4)
      #expect(pair.right.counts.first == 1 && pair.left.counts.first == 0)
    }
  }

  @Test("pictures of the difference show where it is, however a source cuts its pieces", arguments: [4, 1000, Int.max])
  func pictures(pieceByteCount: Int) throws {
    let (rows, columns) = (300, 200)
    var values = (0..<rows * columns).map { Float($0 % 17) }
    var left = InMemoryTensorSource([try Tensor("a", .float32, [rows, columns], bytes: packed(values))])
    values[150 * columns + 7] -= 8
    values[0] = .nan
    var right = InMemoryTensorSource([try Tensor("a", .float32, [rows, columns], bytes: packed(values))])
    left.pieceByteCount = pieceByteCount
    right.pieceByteCount = pieceByteCount == 4 ? 12 : Int.max
    let detail = try #require(try SourceContrast(left, right).details[0]?.difference)
    let grid = try #require(detail.grids.first)
    #expect(grid.values[0].isNaN)
    let cell = 150 / grid.cellRowCount * grid.columnCount + 7 / grid.cellColumnCount
    #expect(abs(Double(grid.values[cell]) - 8 / Double(grid.cellRowCount * grid.cellColumnCount)) < 1e-6)
    #expect(grid.values.enumerated().allSatisfy { $0.offset == 0 || $0.offset == cell || $0.element == 0 })
    let channels = try #require(detail.channels)
    #expect(channels.minima[7] == -8 && channels.maxima[7] == 0)
    #expect(channels.deadChannels.count == columns - 2)
  }

  @Test("a limited number of details is kept, those of the largest changes")
  func details() throws {
    let count = 30
    let names = (0..<count).map { String(format: "t%02d", $0) }
    let left = try Self.source(Dictionary(uniqueKeysWithValues: names.map { ($0, [1, 1]) }))
    // Changes grow, and shrink again.
    let sizes = (0..<count).map { Float($0 * 7 % count + 1) / 100 }
    let right = try Self.source(Dictionary(uniqueKeysWithValues: zip(names, sizes).map { ($0, [1, 1 + $1]) }))
    let contrast = try SourceContrast(left, right, detailCount: 5)
    #expect(contrast.details.keys.sorted() == [0, 1, 2, 3, 4])
    for (place, detail) in contrast.details {
      let maximum = try #require(detail.right.statistics.maximum?.doubleValue)
      let expected = try #require(contrast.changes[place].difference.values?.maximumAbsolute)
      #expect(maximum == 1 + expected)
    }
    #expect(try SourceContrast(left, right, detailCount: 0).details.isEmpty)
  }

  @Test("a tensor that breaks off is a failure, and leaves nothing in the next one's histogram")
  func damage() throws {
    struct Broken: Error {}
    let left = InMemoryTensorSource([
      try Tensor("a", .float32, [100_000], seed: 1),
      try Tensor("b", .float32, [3], bytes: packed([1, 2, 3] as [Float])),
    ])
    var right = left
    right.add(try Tensor("b", .float32, [3], bytes: packed([1, 2, 4] as [Float])))
    right.damage("a", keeping: 300_000, throwing: Broken())
    let contrast = try SourceContrast(left, right)
    #expect(contrast.diff.failures.map(\.tensor) == ["a"])
    #expect(contrast.changes.map(\.difference.name) == ["b"])
    #expect(contrast.details[0]?.histograms?.left.counts.reduce(0, +) == 3)
    #expect(ContrastText.summary(contrast).text.contains("1 failure"))
    // Of different shapes, both are read apart.
    right.add(try Tensor("b", .float32, [4], seed: 1))
    right.damage("b", keeping: 4, throwing: Broken())
    #expect(try SourceContrast(left, right).diff.failures.map(\.tensor) == ["a", "b"])
  }

  @Test("tensors without elements, of one, and of NaN alone")
  func extremes() throws {
    let left = try Self.source(["empty": [], "one": [1], "nan": [.nan, .nan], "infinite": [.infinity]])
    let right = try Self.source(["empty": [], "one": [2], "nan": [.nan, 1], "infinite": [-.infinity]])
    let contrast = try SourceContrast(left, right)
    #expect(contrast.unchanged.map(\.name) == ["empty"])
    #expect(contrast.changed.count == 3)
    #expect(contrast.changes.first { $0.difference.name == "infinite" }?.histograms == nil)
    #expect(contrast.changes.first { $0.difference.name == "one" }?.measure?.relative == 1)
    #expect(ContrastText.summary(contrast).text.contains("2 tensors have NaN or infinite values on only one side."))
  }

  @Test(
    "one sentence says it",
    arguments: [
      (["a": [1], "b": [2]], ["a": [1], "b": [2]], "All 2 tensors are bit-equal."),
      (["a": [1]], ["b": [1]], "No tensor was compared: no name is on both sides."),
      ([:], ["b": [1]], "No tensor was compared: A has none."),
      (
        ["a": [1], "b": [2]], ["a": [1], "b": [3]],
        "1 of 2 tensors is bit-equal. The largest change is in b: 50 % of its root mean square."
      ),
      (
        ["a": [0]], ["a": [3]],
        "The only tensor on both sides differs. The largest change is in a: all its values were zero."
      ),
    ] as [([String: [Float]], [String: [Float]], String)])
  func summary(left: [String: [Float]], right: [String: [Float]], expected: String) throws {
    let contrast = try SourceContrast(try Self.source(left), try Self.source(right))
    #expect(ContrastText.summary(contrast).text.hasPrefix(expected))
  }

  @Test("scopes are as deep as few of them allow, and hold all their numbers together")
  func scopes() throws {
    func size(_ name: String, _ left: Double, _ difference: Double, count: Int = 1) -> ScopeChange.TensorSize {
      .init(
        name: name, elementCount: count, measure: ChangeMeasure(left: left, right: left, difference: difference),
        isChanged: difference > 0)
    }
    let tensors = [
      size("net/one/w", 3, 0), size("net/one/b", 4, 1), size("net/two/w", 1, 0.1, count: 100), size("step", 1, 0),
    ]
    #expect(
      ScopeChange.scopes(of: tensors)
        == [
          ScopeChange(path: "net/one", tensorCount: 2, changedCount: 1, relative: 0.2),
          ScopeChange(path: "net/two", tensorCount: 1, changedCount: 1, relative: 0.1),
          ScopeChange(path: "step", tensorCount: 1, changedCount: 0, relative: 0),
        ])
    #expect(ScopeChange.scopes(of: tensors, maximumCount: 2).map(\.path) == ["net", "step"])
    #expect(ScopeChange.scopes(of: [size("a.b.w", 1, 1), size("a.c.w", 1, 2)]).map(\.path) == ["a.c", "a.b"])
    #expect(ScopeChange.scopes(of: []).isEmpty)
    // A name that is nothing but slashes.
    #expect(ScopeChange.scopes(of: [size(String(repeating: "/", count: 70_000), 1, 1)]).count == 1)
  }
}
