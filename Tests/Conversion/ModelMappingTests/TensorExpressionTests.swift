import Foundation
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Tensors made of tensors")
struct TensorExpressionTests {
  /// 0, 1, 2 … in elements of a dtype.
  private static func counting(_ name: String, _ dtype: DType, _ dimensions: [Int]) throws
    -> InMemoryTensorSource.Tensor
  {
    let width = try #require(dtype.byteCount)
    let bytes = (0..<dimensions.reduce(1, *)).flatMap { index in
      (0..<width).map { $0 == 0 ? UInt8(truncatingIfNeeded: index) : UInt8($0) }
    }
    return try .init(name, dtype, dimensions, bytes: bytes)
  }

  /// The first byte of each element.
  private static func firstBytes(_ source: DerivedSource, _ name: String) throws -> [Int] {
    let descriptor = try source.requireDescriptor(named: name)
    let bytes = try source.readAll(descriptor)
    #expect(bytes.count == descriptor.byteCount)
    return stride(from: 0, to: bytes.count, by: try #require(descriptor.dtype.byteCount)).map { Int(bytes[$0]) }
  }

  @Test(
    "elements of every width are moved whole",
    arguments: [DType.int8, .float16, .float32, .int64, .complex128])
  func widths(dtype: DType) throws {
    let base = InMemoryTensorSource([try Self.counting("a", dtype, [2, 3])])
    let transposed = TensorExpression.permuted(.stored("a"), axes: [1, 0])
    let source = try DerivedSource(
      base, tensors: [("b", transposed), ("c", .permuted(transposed, axes: [1, 0])), ("d", .stored("a"))])
    #expect(source.descriptor(named: "b")?.shape.dimensions == [3, 2])
    #expect(try Self.firstBytes(source, "b") == [0, 3, 1, 4, 2, 5])
    for name in ["c", "d"] {
      let descriptor = try source.requireDescriptor(named: name)
      #expect(try source.readAll(descriptor) == base.readAll(base.requireDescriptor(named: "a")))
    }
  }

  @Test("a kernel HWIO becomes OIHW, element by element")
  func kernel() throws {
    let base = InMemoryTensorSource([try Self.counting("a", .uint8, [2, 3, 4, 5])])
    let source = try DerivedSource(base, tensors: [("b", .permuted(.stored("a"), axes: [3, 2, 0, 1]))])
    var expected: [Int] = []
    for o in 0..<5 {
      for i in 0..<4 {
        for h in 0..<2 {
          for w in 0..<3 { expected.append(((h * 3 + w) * 4 + i) * 5 + o) }
        }
      }
    }
    #expect(try Self.firstBytes(source, "b") == expected)
  }

  @Test("axes are cut, joined and put into another order")
  func parts() throws {
    let base = InMemoryTensorSource([try Self.counting("a", .int16, [2, 4])])
    let left = TensorExpression.sliced(.stored("a"), axis: 1, range: 0..<1)
    let source = try DerivedSource(
      base,
      tensors: [
        ("rows", .sliced(.stored("a"), axis: 0, range: 1..<2)), ("columns", left),
        ("joined", .joined([.stored("a"), left], axis: 1)), ("twice", .joined([.stored("a"), .stored("a")], axis: 0)),
        ("gates", .reordered(.stored("a"), axis: 1, blocks: [0, 2, 1, 3])),
        ("none", .sliced(.stored("a"), axis: 0, range: 1..<1)),
      ])
    #expect(try Self.firstBytes(source, "rows") == [4, 5, 6, 7])
    #expect(try Self.firstBytes(source, "columns") == [0, 4])
    #expect(try Self.firstBytes(source, "joined") == [0, 1, 2, 3, 0, 4, 5, 6, 7, 4])
    #expect(try Self.firstBytes(source, "twice") == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7])
    #expect(try Self.firstBytes(source, "gates") == [0, 2, 1, 3, 4, 6, 5, 7])
    #expect(try Self.firstBytes(source, "none") == [])
    #expect(source.descriptor(named: "none")?.shape.dimensions == [0, 4])
  }

  @Test("numbers are added and filled in", arguments: [DType.float16, .bfloat16, .float32, .float64])
  func numbers(dtype: DType) throws {
    let format = try #require(FloatFormat(dtype))
    let values: [Double] = [-2, -0.5, 0.25, 3]
    let base = InMemoryTensorSource([try .init("a", dtype, [4], bytes: format.bytes(of: values))])
    let shifted = TensorExpression.shifted(.stored("a"), by: 1, block: 1, of: 4)
    let source = try DerivedSource(
      base, tensors: [("sum", .sum(.stored("a"), shifted)), ("shifted", shifted), ("ones", .filled(1, like: "a"))])
    func read(_ name: String) throws -> [Double] {
      format.numbers(in: try source.readAll(source.requireDescriptor(named: name)))
    }
    #expect(try read("shifted") == [-2, 0.5, 0.25, 3])
    #expect(try read("sum") == [-4, 0, 0.5, 6])
    #expect(try read("ones") == [1, 1, 1, 1])
  }

  @Test("pieces are as small as asked for and end at elements' ends")
  func pieces() throws {
    let base = InMemoryTensorSource([try Self.counting("a", .float32, [5, 7])])
    let source = try DerivedSource(base, tensors: [("b", .permuted(.stored("a"), axes: [1, 0]))])
    var sizes: [Int] = []
    try source.read(source.requireDescriptor(named: "b"), maximumByteCount: 18) { sizes.append($0.byteCount) }
    #expect(sizes.reduce(0, +) == 140)
    #expect(sizes.dropLast().allSatisfy { $0 == 16 })
  }

  struct Misfit: Sendable, CustomTestStringConvertible {
    let expression: TensorExpression
    var testDescription: String { "\(expression)" }
  }

  @Test(
    "what does not fit is refused before anything is read",
    arguments: [
      .stored("absent"), .permuted(.stored("a"), axes: [0]), .permuted(.stored("a"), axes: [0, 0]),
      .permuted(.stored("a"), axes: [0, 2]), .permuted(.stored("s"), axes: [0]),
      .sliced(.stored("a"), axis: 0, range: 1..<4), .sliced(.stored("a"), axis: 2, range: 0..<1),
      .joined([], axis: 0), .joined([.stored("a"), .stored("v")], axis: 0),
      .reordered(.stored("a"), axis: 1, blocks: [0, 1, 2]), .reordered(.stored("a"), axis: 1, blocks: []),
      .reordered(.stored("a"), axis: 1, blocks: [0, 0]), .sum(.stored("a"), .stored("v")),
      .sum(.stored("i"), .stored("i")), .shifted(.stored("v"), by: 1, block: 3, of: 3),
      .shifted(.stored("a"), by: 1, block: 0, of: 2), .shifted(.stored("v"), by: 1, block: 0, of: 0),
      .filled(1, like: "i"), .filled(1, like: "absent"),
      .foldedKernel(weights: "a", .init(beta: "v", mean: "v", variance: "v")),
      .foldedBias(.init(beta: "v", mean: "v", variance: "absent")),
      .foldedBias(.init(beta: "a", mean: "a", variance: "a")),
    ].map(Misfit.init))
  func misfits(row: Misfit) throws {
    let base = InMemoryTensorSource([
      try Self.counting("a", .float32, [2, 4]), try Self.counting("v", .float32, [4]),
      try Self.counting("i", .int32, [4]), try .init("s", [1], strings: [[65]]),
    ])
    #expect(row.expression.kind { base.descriptor(named: $0) } == nil)
    #expect(throws: (any Error).self) { try DerivedSource(base, tensors: [("b", row.expression)]) }
  }

  @Test("strings only change their name, and a name is there once")
  func strings() throws {
    let base = InMemoryTensorSource([try .init("s", [1], strings: [[65]]), try Self.counting("v", .int8, [1])])
    let source = try DerivedSource(base, tensors: [("t", .stored("s"))], metadata: ["a": "b"])
    #expect(try source.readStrings(source.requireDescriptor(named: "t")) == [[65]])
    #expect(source.metadata == ["a": "b"])
    #expect(throws: NameCollision(first: "s", second: "v", target: "t")) {
      try DerivedSource(base, tensors: [("t", .stored("s")), ("t", .stored("v"))])
    }
    #expect(throws: MissingTensorError.self) {
      try source.readStrings(base.requireDescriptor(named: "s"))
    }
  }

  @Test("a folded normalization is the one that the engine computes")
  func folding() throws {
    let format = try #require(FloatFormat(.float32))
    func tensor(_ name: String, _ dimensions: [Int], _ values: [Double]) throws -> InMemoryTensorSource.Tensor {
      try .init(name, .float32, dimensions, bytes: format.bytes(of: values))
    }
    let base = InMemoryTensorSource([
      try tensor("w", [1, 1, 2, 2], [1, 2, 3, 4]), try tensor("beta", [2], [0.5, -1]),
      try tensor("mean", [2], [2, 0.25]), try tensor("variance", [2], [3.999, 0.249]),
      try tensor("gamma", [2], [1, 3]),
    ])
    let names = TensorExpression.NormalizationNames(beta: "beta", mean: "mean", variance: "variance", gamma: "gamma")
    let source = try DerivedSource(
      base, tensors: [("w", .foldedKernel(weights: "w", names)), ("b", .foldedBias(names))])
    let scale = zip([1.0, 3], [Float(3.999), 0.249]).map { $0 / (Double($1) + 0.001).squareRoot() }
    let weights = format.numbers(in: try source.readAll(source.requireDescriptor(named: "w"))).map { Float($0) }
    #expect(weights == [Float(scale[0]), 2 * Float(scale[1]), 3 * Float(scale[0]), 4 * Float(scale[1])])
    let bias = format.numbers(in: try source.readAll(source.requireDescriptor(named: "b"))).map { Float($0) }
    #expect(bias == [Float(0.5 - 2 * scale[0]), Float(-1 - 0.25 * scale[1])])
  }
}
