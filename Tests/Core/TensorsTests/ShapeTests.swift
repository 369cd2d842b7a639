import Tensors
import Testing

@Suite("Shapes")
struct ShapeTests {
  static let good: [(dimensions: [Int], count: Int)] = [
    ([], 1), ([0], 0), ([1], 1), ([3, 5], 15), ([0, 1 << 40], 0), ([1 << 31, 1 << 31], 1 << 62), ([Int.max], .max),
    ([Int.max, 0], 0), ([Int](repeating: 1, count: 254), 1),
  ]

  @Test("Elements are counted", arguments: good)
  func counts(dimensions: [Int], count: Int) throws {
    let shape = try Shape(dimensions)
    #expect(shape.elementCount == count)
    #expect(shape.rank == dimensions.count)
    #expect(shape.dimensions == dimensions)
  }

  static let bad: [(dimensions: [Int], error: ShapeError)] = [
    ([-1], .negativeDimension(-1)), ([3, Int.min], .negativeDimension(.min)),
    ([1 << 32, 1 << 31], .tooManyElements([1 << 32, 1 << 31])),
    ([1 << 40, 1 << 40, 0], .tooManyElements([1 << 40, 1 << 40, 0])),
    ([0, 1 << 40, 1 << 40], .tooManyElements([0, 1 << 40, 1 << 40])),
    ([Int](repeating: 1, count: 255), .rankTooLarge(255)),
  ]

  @Test(
    "Extents below 0, too many axes and products beyond 64 bits are refused, even where an extent is 0", arguments: bad)
  func refuses(dimensions: [Int], error: ShapeError) {
    #expect(throws: error) { _ = try Shape(dimensions) }
  }

  @Test("Bytes are counted, or nil where they do not fit or have no width")
  func byteCounts() throws {
    #expect(try Shape([3, 5]).byteCount(of: .float32) == 60)
    #expect(Shape.scalar.byteCount(of: .complex128) == 16)
    #expect(try Shape([1 << 60]).byteCount(of: .complex128) == nil)
    #expect(try Shape([3]).byteCount(of: .string) == nil)
    #expect(try Shape([0]).byteCount(of: .float64) == 0)
  }

  @Test("A shape is written as a list")
  func description() throws {
    #expect("\(Shape.scalar)" == "[]")
    #expect("\(try Shape([3, 3, 32, 64]))" == "[3, 3, 32, 64]")
  }
}
