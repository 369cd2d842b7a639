import Messages
import Tensors
import TestSupport
import Testing

@testable import Comparison

@Suite("Reports of differences")
struct DiffReportTests {
  typealias Tensor = InMemoryTensorSource.Tensor

  /// Something of every kind.
  static func diff(tolerance: Double? = nil) throws -> SourceDiff {
    func floats(_ values: [Float]) -> [UInt8] { packed(values) }
    let left = InMemoryTensorSource([
      try Tensor("same", .float32, [2], seed: 1), try Tensor("global_step", .int64, [], seed: 1),
      try Tensor("gone\n", .float32, [2], seed: 1), try Tensor("other shape", .int8, [2], seed: 1),
      try Tensor("half", .float32, [2], bytes: floats([1, 0.1])),
      try Tensor("values", .float32, [2, 2], bytes: floats([1, 2, 3, 4])),
      try Tensor("near", .float32, [2], bytes: floats([1, 2])),
      try Tensor("nan", .float32, [2], bytes: floats([.nan, 2])), try Tensor("text", [1], strings: [[0x61]]),
    ])
    let right = InMemoryTensorSource([
      try Tensor("same", .float32, [2], seed: 1), try Tensor("other shape", .int8, [1, 2], seed: 1),
      try Tensor("half", .float16, [2], bytes: packed([UInt16(0x3c00), 0x2e66])),
      try Tensor("values", .float32, [2, 2], bytes: floats([1, 2.5, 3, 4.25])),
      try Tensor("near", .float32, [2], bytes: floats([1, 2.000_001])),
      try Tensor("nan", .float32, [2], bytes: floats([1, 2])), try Tensor("text", [1], strings: [[0x62]]),
      try Tensor("new", .float32, [2], seed: 1),
    ])
    var options = DiffOptions()
    options.tolerance = tolerance
    return try SourceDiff(left, right, options: options)
  }

  @Test("the JSON fits its schema", arguments: [nil, 1e-5])
  func schema(tolerance: Double?) throws {
    let schema = try JSONSchema(named: "diff.schema.json")
    let json = try DiffDocument(Self.diff(tolerance: tolerance), leftPath: "a", rightPath: "b").json().text
    #expect(try schema.violations(in: json) == [])
  }

  @Test("the text has each kind of difference under its title, names escaped")
  func text() throws {
    let text = DiffText.report(try Self.diff(tolerance: 1e-5), leftPath: "left.ckpt", rightPath: "right.h5")
    let expected = """
      A  left.ckpt  memory, 9 tensors, 67 B
      B  right.h5   memory, 8 tensors, 55 B

      1 tensor equal, 1 within the tolerance of 1e-05, 3 with different values, 2 with a different dtype or shape, 2 only in A, 1 only in B.

      Only in A: 2
        gone\\n       float32 [2]
        global_step  int64 []     training only: counts training steps

      Only in B: 1
        new  float32 [2]

      Different dtype or shape: 2
        half         float32 [2]  ->  float16 [2]  1 (50 %) differ, by at most 2.44e-05
        other shape  int8 [2]     ->  int8 [1, 2]

      Different values, largest change first: 3
                   differ  max abs  max rel        ulp  first at  largest at    A    B
        nan      1 (50 %)    1 NaN                      [0]       [0]         nan  1.0
        values   2 (50 %)      0.5      0.2  2,097,152  [0, 1]    [0, 1]      2.0  2.5
        text    1 (100 %)                               [0]       [0]         "a"  "b"

      Within the tolerance, largest change first: 1
                differ   max abs   max rel  ulp  first at  largest at    A         B
        near  1 (50 %)  9.54e-07  4.77e-07    4  [1]       [1]         2.0  2.000001

      """
    #expect(text.text == expected)
  }

  @Test("long lists end in a count")
  func limit() throws {
    let text = DiffText.report(try Self.diff(), leftPath: "a", rightPath: "b", limit: 1)
    #expect(text.text.contains("Only in A: 2\n"))
    #expect(text.text.contains("  … and 1 more\n"))
  }
}
