import Messages
import Testing
import TestSupport

@testable import Tensors

@Suite("Elements as Swift numbers")
struct TensorElementTests {
  /// One tensor of each kind that a test reads.
  private static func source() throws -> InMemoryTensorSource {
    try InMemoryTensorSource([
      .init("bool", .bool, [3], bytes: [0, 1, 1]),
      .init("bytes", .int8, [2], bytes: [0x80, 0x7f]),
      .init("double", .float64, [1], bytes: packed([0.1 as Double])),
      .init("empty", .float32, [0, 4], bytes: []),
      .init("half", .float16, [3], bytes: packed([0x3c00, 0x0001, 0xfc00] as [UInt16])),
      .init("single", .float32, [2, 1], bytes: packed([1.5, -0.0] as [Float])),
      .init("words", [1], strings: [[65]]),
      .init("wide", .uint64, [1], bytes: packed([UInt64.max])),
    ])
  }

  @Test("a tensor is read as every type that holds its values")
  func exact() throws {
    let source = try Self.source()
    #expect(try source.readArray(of: Float.self, named: "single") == [1.5, -0.0])
    #expect(try source.readArray(of: Float.self, named: "single").map(\.sign) == [.plus, .minus])
    #expect(try source.readArray(of: Double.self, named: "single") == [1.5, -0.0])
    #expect(try source.readArray(of: Float.self, named: "half") == [1, 0x1p-24, -.infinity])
    #expect(try source.readArray(of: Double.self, named: "double") == [0.1])
    #expect(try source.readArray(of: Int8.self, named: "bytes") == [-128, 127])
    #expect(try source.readArray(of: Int.self, named: "bytes") == [-128, 127])
    #expect(try source.readArray(of: UInt8.self, named: "bool") == [0, 1, 1])
    #expect(try source.readArray(of: UInt64.self, named: "wide") == [.max])
    #expect(try source.readArray(of: Float.self, named: "empty").isEmpty)
  }

  @Test("a type that would lose something is refused, with those that would not")
  func lossy() throws {
    let source = try Self.source()
    let error = #expect(throws: ElementTypeError.self) { try source.readArray(of: Float.self, named: "double") }
    #expect(error?.tensor == "double")
    #expect(error?.dtype == .float64)
    #expect(error?.description.contains("Read it as Double.") == true)
    #expect(throws: ElementTypeError.self) { try source.readArray(of: UInt8.self, named: "bytes") }
    #expect(throws: ElementTypeError.self) { try source.readArray(of: Int64.self, named: "wide") }
    #expect(throws: ElementTypeError.self) { try source.readArray(of: Float.self, named: "words") }
    #expect(throws: MissingTensorError.self) { try source.readArray(of: Float.self, named: "singel") }
  }

  @Test(
    "halves are widened exactly",
    arguments: [
      (0x0000 as UInt16, 0 as Float), (0x8000, -0.0), (0x0001, 0x1p-24), (0x83ff, -0x3ffp-24), (0x0400, 0x1p-14),
      (0x3c00, 1), (0xc000, -2), (0x3555, 0.333251953125), (0x7bff, 65504), (0x7c00, .infinity), (0xfc00, -.infinity),
    ])
  func halves(bits: UInt16, value: Float) {
    #expect(Float(halfBits: bits).bitPattern == value.bitPattern)
  }

  @Test("NaNs keep their sign and payload")
  func halfNaN() {
    #expect(Float(halfBits: 0x7e00).bitPattern == 0x7fc0_0000)
    #expect(Float(halfBits: 0xfc01).bitPattern == 0xff80_2000)
  }
}
