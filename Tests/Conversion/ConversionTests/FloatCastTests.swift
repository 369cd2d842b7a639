import Bytes
import Messages
import TestSupport
import Testing

@testable import Conversion
@testable import Tensors

@Suite("Casting values")
struct FloatCastTests {
  @Test("the fast ways to 16 bits and back agree with the definition, for every element and around it")
  func agreement() throws {
    let half = try #require(FloatFormat(.float16))
    let brain = try #require(FloatFormat(.bfloat16))
    func check(_ bits: UInt32) {
      let number = Float(bitPattern: bits)
      if number.isNaN { return }
      if UInt64(NarrowFloat.half(number)) != half.bits(of: Double(number)) { Issue.record("half \(number)") }
      if UInt64(NarrowFloat.brain(number)) != brain.bits(of: Double(number)) { Issue.record("bfloat \(number)") }
    }
    for element in UInt16.min...UInt16.max {
      let values = [Float(halfBits: element), NarrowFloat.float(ofBrain: element)]
      let expected = [Self.halfByDefinition(element), Float(bitPattern: UInt32(element) << 16)]
      if !zip(values, expected).allSatisfy({ $0 == $1 || $0.isNaN && $1.isNaN }) { Issue.record("\(element)") }
      // Each value, its neighbors, and those around the middle to the next.
      for value in values where value.isFinite {
        let bits = value.bitPattern
        for offset in [0, 1, 0x7fff, 0x8000, 0x8001, 0xfff, 0x1000, 0x1001] as [UInt32] { check(bits &+ offset) }
      }
    }
  }

  /// IEEE 754-2019, 3.4: sign, five bits of exponent with a bias of 15, ten bits of fraction.
  private static func halfByDefinition(_ bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    let magnitude: Float =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
      }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  @Test("NaN stays NaN with its sign, infinities stay", arguments: [DType.float16, .bfloat16])
  func special(dtype: DType) throws {
    var cast = try #require(FloatCast(from: .float32, to: dtype))
    let nans = [0x7f80_0001, 0xff80_0001, 0x7fc0_0000, 0xffff_ffff].map { Float(bitPattern: $0) }
    let result = cast.cast(packed(nans + [.infinity, -.infinity]).rawSpan)
    let numbers = try #require(FloatFormat(dtype)).numbers(in: result)
    #expect(numbers.prefix(4).allSatisfy { $0.isNaN })
    #expect(numbers.prefix(4).map { $0.sign == .minus } == [false, true, false, true])
    #expect(Array(numbers.suffix(2)) == [.infinity, -.infinity])
    #expect(cast.loss == CastLoss(from: .float32, to: dtype))
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let dtype: DType
    let values: [Float]
    let overflows: Int
    let underflows: Int
    let error: Double
    var testDescription: String { "\(dtype) \(values)" }
  }

  @Test(
    "what is lost is counted",
    arguments: [
      Row(dtype: .float16, values: [0, -0.0, 1, 2, 65504], overflows: 0, underflows: 0, error: 0),
      Row(dtype: .float16, values: [65520, -1e30, 1e-8, -1e-30, 1], overflows: 2, underflows: 2, error: 0),
      Row(dtype: .float16, values: [1 + 0x1p-11], overflows: 0, underflows: 0, error: 0x1p-11 / (1 + 0x1p-11)),
      Row(dtype: .float16, values: [0x1.8p-24, 1], overflows: 0, underflows: 0, error: 1.0 / 3),
      Row(dtype: .bfloat16, values: [3.4e38, 0x1p-140, 1], overflows: 1, underflows: 1, error: 0),
      Row(dtype: .bfloat16, values: [1 + 0x1p-8, 1e30], overflows: 0, underflows: 0, error: 0x1p-8 / (1 + 0x1p-8)),
      Row(dtype: .float64, values: [0x1p-140, 3.4e38, 0.1], overflows: 0, underflows: 0, error: 0),
    ])
  func loss(row: Row) throws {
    var cast = try #require(FloatCast(from: .float32, to: row.dtype))
    // In two pieces, as a source hands them out.
    for piece in [Array(row.values.prefix(1)), Array(row.values.dropFirst())] { _ = cast.cast(packed(piece).rawSpan) }
    #expect(cast.loss.overflowCount == row.overflows)
    #expect(cast.loss.underflowCount == row.underflows)
    #expect(abs(cast.loss.largestRelativeError - row.error) <= 1e-7 * row.error)
  }

  @Test("a double is rounded once, not by way of float32")
  func double() throws {
    var cast = try #require(FloatCast(from: .float64, to: .float16))
    // Just above the middle of two halves; float32 would round it onto the middle, and then down to the even one.
    let value = 1 + 0x1p-11 + 0x1p-40
    let bytes = packed([value])
    #expect(cast.cast(bytes.rawSpan) == [0x01, 0x3c])
  }

  @Test("only floating-point dtypes of 16 bits and more are cast")
  func dtypes() {
    #expect(FloatCast(from: .int32, to: .float16) == nil)
    #expect(FloatCast(from: .float8e5m2, to: .float16) == nil)
    #expect(FloatCast.casts(.float64, to: .bfloat16))
  }
}
