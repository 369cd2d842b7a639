import Foundation
import Messages
import ModelMapping
import Patterns
import Tensors
import TestSupport
import Testing

@testable import Comparison

@Suite("What differs between two sources")
struct SourceDiffTests {
  typealias Tensor = InMemoryTensorSource.Tensor

  /// One pair of tensors of one shape, and what their difference should be.
  struct Case: CustomTestStringConvertible {
    let name: String
    let left: (DType, [UInt8])
    let right: (DType, [UInt8])
    var tolerance: Double?
    var count: Int
    var absolute: Double?
    var relative: Double?
    var ulp: UInt64?
    var nan = 0
    var infinity = 0
    var beyond: Int?
    var first = 0
    var testDescription: String { name }
  }

  static func floats(_ values: [Float]) -> (DType, [UInt8]) { (.float32, packed(values)) }

  static let tiny = Float.leastNonzeroMagnitude
  static let cases: [Case] = [
    Case(
      name: "one step up", left: floats([1, 1]), right: floats([1, Float(1).nextUp]), count: 1, absolute: 0x1p-23,
      relative: 0x1p-23 / Double(Float(1).nextUp), ulp: 1, first: 1),
    Case(
      name: "across zero", left: floats([-tiny]), right: floats([tiny]), count: 1, absolute: Double(tiny) * 2,
      relative: 2, ulp: 2),
    Case(
      name: "zeros of two signs", left: floats([0]), right: floats([-0.0]), count: 1, absolute: 0, relative: 0, ulp: 0),
    Case(
      name: "zeros of two signs within a tolerance", left: floats([0]), right: floats([-0.0]), tolerance: 0, count: 1,
      absolute: 0, relative: 0, ulp: 0, beyond: 0),
    Case(
      name: "NaN against a number, and against another NaN",
      left: (.float32, packed([UInt32(0x7fc0_0001), 0x7fc0_0001, 0x7fc0_0001])),
      right: (.float32, packed([UInt32(0x7fc0_0001), 0x7fc0_0002, 0])), tolerance: 1e9, count: 2, nan: 2, beyond: 2,
      first: 1),
    Case(
      name: "infinity against a number and against the other infinity",
      left: floats([.infinity, .infinity, .infinity]),
      right: floats([.infinity, -.infinity, 3]), tolerance: 1e9, count: 2, infinity: 2, beyond: 2, first: 1),
    Case(
      name: "doubles whose difference is beyond a double", left: (.float64, packed([Double.greatestFiniteMagnitude])),
      right: (.float64, packed([-Double.greatestFiniteMagnitude])), count: 1, absolute: .greatestFiniteMagnitude,
      relative: 1, ulp: 2 * 0x7fef_ffff_ffff_ffff),
    Case(
      name: "within absolute and relative tolerance", left: floats([1000, 0, 5]), right: floats([1000.5, 0.0005, 6]),
      tolerance: 0.001, count: 3, absolute: 1, relative: 1, ulp: nil, beyond: 1),
    Case(
      name: "halves", left: (.float16, packed([UInt16(0x3c00), 0x3c00])),
      right: (.float16, packed([UInt16(0x3c00), 0xbc00])),
      count: 1, absolute: 2, relative: 2, ulp: 0x7800, first: 1),
    Case(
      name: "bfloat16", left: (.bfloat16, packed([UInt16(0x3f80)])), right: (.bfloat16, packed([UInt16(0x3f81)])),
      count: 1,
      absolute: 0x1p-7, relative: 0x1p-7 / (1 + 0x1p-7), ulp: 1),
    Case(
      name: "float8", left: (.float8e4m3fn, [0x38]), right: (.float8e4m3fn, [0x39]), count: 1, absolute: 0.125,
      relative: 0.125 / 1.125),
    Case(name: "int8", left: (.int8, [0x80]), right: (.int8, [0x7f]), count: 1, absolute: 255, relative: 255.0 / 128),
    Case(
      name: "int64 beyond what a double holds", left: (.int64, packed([Int64(1) << 60])),
      right: (.int64, packed([Int64(1) << 60 + 1])), count: 1, absolute: 1, relative: 0x1p-60),
    Case(
      name: "int64 from end to end", left: (.int64, packed([Int64.min])), right: (.int64, packed([Int64.max])),
      count: 1,
      absolute: 0x1p64, relative: 2),
    Case(
      name: "uint64", left: (.uint64, packed([UInt64.max])), right: (.uint64, packed([UInt64(0)])), count: 1,
      absolute: 0x1p64, relative: 1),
    Case(name: "bool", left: (.bool, [0, 1]), right: (.bool, [0, 0]), count: 1, absolute: 1, relative: 1, first: 1),
    Case(
      name: "a complex element of which both parts differ counts once",
      left: (.complex64, packed([Float(1), 2, 3, 4])), right: (.complex64, packed([Float(1), 2, 4, 8])), count: 1,
      absolute: 4, relative: 0.5, ulp: 0x80_0000, first: 1),
    Case(
      name: "float32 against float16, converted exactly", left: floats([1, 0.1, .nan]),
      right: (.float16, packed([UInt16(0x3c00), 0x2e66, 0x7e00])), count: 1, absolute: Double(Float(0.1)) - 0x1.998p-4,
      relative: (Double(Float(0.1)) - 0x1.998p-4) / Double(Float(0.1)), first: 1),
    Case(
      name: "int64 against float64 where rounding would hide it", left: (.int64, packed([Int64(1) << 53 + 1, 3])),
      right: (.float64, packed([0x1p53, 3.0])), count: 1, absolute: 1, relative: 0x1p-53),
    Case(
      name: "int64 against uint64", left: (.int64, packed([Int64.max, -1])),
      right: (.uint64, packed([UInt64(Int64.max), .max])),
      count: 1, absolute: 0x1p64, relative: 1, first: 1),
    Case(
      name: "uint64 against a double just above", left: (.uint64, packed([UInt64.max])),
      right: (.float64, packed([0x1p64])),
      count: 1, absolute: 1, relative: 0x1p-64),
  ]

  @Test("differences are measured exactly", arguments: cases)
  func measures(row: Case) throws {
    let count = row.left.1.count / (row.left.0.byteCount ?? 1)
    let left = InMemoryTensorSource([try Tensor("a", row.left.0, [count], bytes: row.left.1)])
    let right = InMemoryTensorSource([try Tensor("a", row.right.0, [count], bytes: row.right.1)])
    var options = DiffOptions()
    options.tolerance = row.tolerance
    options.ignoresDTypes = true
    let diff = try SourceDiff(left, right, options: options)
    let values = try #require((diff.valueChanges + diff.withinTolerance).first?.values)
    #expect(values.differingCount == row.count)
    #expect(values.maximumAbsolute == row.absolute)
    #expect(values.maximumRelative == row.relative)
    if row.tolerance != 0.001 { #expect(values.maximumULP == row.ulp) }
    #expect(values.nanCount == row.nan)
    #expect(values.infinityCount == row.infinity)
    #expect(values.beyondToleranceCount == row.beyond ?? row.count)
    #expect(values.first.index == [row.first])
    #expect(diff.valueChanges.isEmpty == (row.beyond == 0))
    #expect(diff.isEqual == (row.beyond == 0))
    // The other way round it is the same.
    let back = try SourceDiff(right, left, options: options)
    let other = try #require((back.valueChanges + back.withinTolerance).first?.values)
    #expect(other.maximumAbsolute == row.absolute)
    #expect(other.beyondToleranceCount == values.beyondToleranceCount)
    #expect(other.first.left == values.first.right)
  }

  @Test("equal numbers of different dtypes are equal numbers, and another dtype a difference unless ignored")
  func dtypes() throws {
    let left = InMemoryTensorSource([
      try Tensor("a", .float32, [3], bytes: packed([Float(1), -0.5, .infinity])),
      try Tensor("i", .int64, [2], bytes: packed([Int64(-1), 70_000])),
    ])
    let right = InMemoryTensorSource([
      try Tensor("a", .bfloat16, [3], bytes: packed([UInt16(0x3f80), 0xbf00, 0x7f80])),
      try Tensor("i", .int32, [2], bytes: packed([Int32(-1), 70_000])),
    ])
    var options = DiffOptions()
    let diff = try SourceDiff(left, right, options: options)
    #expect(diff.kindChanges.map(\.name) == ["a", "i"])
    #expect(diff.kindChanges.allSatisfy { $0.values == nil })
    #expect(!diff.isEqual)
    options.ignoresDTypes = true
    #expect(try SourceDiff(left, right, options: options).isEqual)
  }

  @Test("shapes differ without values; numbers against strings too")
  func kinds() throws {
    let left = InMemoryTensorSource([
      try Tensor("a", .int8, [4], seed: 1), try Tensor("s", [1], strings: [[1]]),
      try Tensor("c", .complex64, [1], seed: 1),
    ])
    let right = InMemoryTensorSource([
      try Tensor("a", .int8, [2, 2], seed: 1), try Tensor("s", .int8, [1], seed: 1),
      try Tensor("c", .float32, [1], seed: 1),
    ])
    var options = DiffOptions()
    options.ignoresDTypes = true
    let diff = try SourceDiff(left, right, options: options)
    #expect(diff.kindChanges.map(\.name) == ["a", "c", "s"])
    #expect(diff.kindChanges.allSatisfy { $0.values == nil })
  }

  @Test(
    "one number anywhere in a large tensor is found in its place", arguments: [0, 1, 65_535, 65_536, 99_999, 199_999])
  func place(element: Int) throws {
    let tensor = try Tensor("a", .float32, [400, 500], bytes: [UInt8](repeating: 0x3f, count: 800_000))
    var changed = tensor
    changed.bytes[4 * element] ^= 1
    let diff = try SourceDiff(InMemoryTensorSource([tensor]), InMemoryTensorSource([changed]))
    let values = try #require(diff.valueChanges.first?.values)
    #expect(values.first.index == [element / 500, element % 500])
    #expect(values.largest == values.first)
    #expect(values.differingCount == 1 && values.elementCount == 200_000)
    #expect(values.maximumULP == 1)
  }

  @Test("pieces of two widths stay in step")
  func widths() throws {
    let count = 300_000
    let doubles = (0..<count).map { Double($0) }
    var floats = doubles.map { Float($0) }
    floats[299_990] += 0.5
    let diff = try SourceDiff(
      InMemoryTensorSource([try Tensor("a", .float64, [count], bytes: packed(doubles))]),
      InMemoryTensorSource([try Tensor("a", .float32, [count], bytes: packed(floats))]))
    let values = try #require(diff.kindChanges.first?.values)
    #expect(values.differingCount == 1)
    #expect(values.first == .init(index: [299_990], left: "299990.0", right: "299990.5"))
  }

  @Test("names of another era pair; leftovers on one side are differences with their reason; a pattern selects")
  func names() throws {
    let left = InMemoryTensorSource([
      try Tensor("lstm/BasicLSTMCell/Linear/Matrix", .float32, [4, 4], seed: 1),
      try Tensor("global_step", .int32, [], seed: 2), try Tensor("x", .float32, [3], seed: 3),
    ])
    let right = InMemoryTensorSource([
      try Tensor("lstm/basic_lstm_cell/kernel", .float32, [4, 4], seed: 1), try Tensor("y", .float32, [3], seed: 3),
    ])
    let diff = try SourceDiff(left, right)
    #expect(diff.equalCount == 1)
    #expect(diff.onlyInLeft.map(\.descriptor.name) == ["global_step", "x"])
    #expect(diff.onlyInLeft.map(\.leftoverReason) == ["counts training steps", nil])
    #expect(diff.onlyInRight.map(\.descriptor.name) == ["y"])
    var options = DiffOptions()
    options.match = "^lstm/basic"
    #expect(try SourceDiff(left, right, options: options).isEqual)
    options.match = "("
    #expect(throws: DiffError(.badExpression("(", NamePatternError(reason: .unfinished, offset: 1)))) {
      try SourceDiff(left, right, options: options)
    }
    options.match = nil
    options.tolerance = -1
    #expect(throws: DiffError(.badTolerance(-1))) { try SourceDiff(left, right, options: options) }
  }

  @Test("two eras in one file are paired by the names that they have")
  func collision() throws {
    let source = InMemoryTensorSource([
      try Tensor("lstm/BasicLSTMCell/Linear/Matrix", .float32, [4, 4], seed: 1),
      try Tensor("lstm/basic_lstm_cell/kernel", .float32, [4, 4], seed: 2),
    ])
    let diff = try SourceDiff(source, source)
    #expect(diff.equalCount == 2)
    #expect(diff.namingNote != nil)
  }

  @Test("the largest change comes first: NaN, then by size, then by share, strings last")
  func order() throws {
    func source(_ values: [(String, [Float])]) throws -> InMemoryTensorSource {
      InMemoryTensorSource(
        try values.map { try Tensor($0, .float32, [$1.count], bytes: packed($1)) }
          + [try Tensor("string", [1], strings: [[UInt8(values[0].1[0])]])])
    }
    let left = try source([("a", [0, 0]), ("b", [0, 0]), ("c", [0, 0]), ("d", [0, 0])])
    let right = try source([("a", [1, 0]), ("b", [1, 1]), ("c", [.nan, 0]), ("d", [7, 0])])
    #expect(try SourceDiff(left, right).valueChanges.map(\.name) == ["c", "d", "b", "a", "string"])
  }

  @Test("a tensor that cannot be read is a failure, and the others are compared")
  func damage() throws {
    let good = InMemoryTensorSource([
      try Tensor("a", .float32, [100_000], seed: 1), try Tensor("b", .float32, [1], seed: 2),
    ])
    var bad = good
    bad.damage("a", keeping: 4096, throwing: Broken())
    for (left, right) in [(bad, good), (good, bad)] {
      let diff = try SourceDiff(left, right)
      #expect(diff.failures.map(\.tensor) == ["a"])
      #expect(diff.equalCount == 1)
      #expect(!diff.isEqual)
      #expect(DiffText.report(diff, leftPath: "x", rightPath: "y").text.contains("Cannot be read: 1"))
    }
  }

  private struct Broken: Error {}
}
