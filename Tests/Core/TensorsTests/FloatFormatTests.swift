import Testing

@testable import Tensors

@Suite("Floating-point formats as bits")
struct FloatFormatTests {
  private static let narrow: [DType] = [.float16, .bfloat16]

  private func number(_ bits: UInt16, _ format: FloatFormat) -> Double {
    format.numbers(in: [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)])[0]
  }

  @Test("every element of 16 bits is its own nearest element, and NaN stays NaN", arguments: narrow)
  func exhaustive(dtype: DType) throws {
    let format = try #require(FloatFormat(dtype))
    for bits in UInt16.min...UInt16.max {
      let number = number(bits, format)
      let back = format.bits(of: number)
      if number.isNaN {
        #expect(self.number(UInt16(back), format).isNaN && back >> 15 == UInt64(bits >> 15))
      } else if back != UInt64(bits) {
        Issue.record("\(bits) \(number) \(back)")
      }
    }
  }

  @Test("between two neighbors the nearer is taken, and at the middle the even one", arguments: narrow)
  func ties(dtype: DType) throws {
    let format = try #require(FloatFormat(dtype))
    let infinity: UInt16 = dtype == .float16 ? 0x7c00 : 0x7f80
    for bits in 0..<infinity - 1 {
      let (low, high) = (number(bits, format), number(bits + 1, format))
      let middle = low + (high - low) / 2
      let even = UInt64(bits & 1 == 0 ? bits : bits + 1)
      for sign in [UInt64(0), 1 << 15] {
        let (middle, sign) = (sign == 0 ? middle : -middle, sign)
        let outward = sign == 0 ? middle.nextUp : middle.nextDown
        let inward = sign == 0 ? middle.nextDown : middle.nextUp
        if format.bits(of: middle) != sign | even || format.bits(of: outward) != sign | UInt64(bits + 1)
          || format.bits(of: inward) != sign | UInt64(bits)
        {
          Issue.record("\(bits) \(low) \(high)")
        }
      }
    }
    // Half a step above the largest element lies the first number that rounds to infinity.
    let largest = number(infinity - 1, format)
    let step = largest - number(infinity - 2, format)
    #expect(format.bits(of: largest + step / 2) == UInt64(infinity))
    #expect(format.bits(of: (largest + step / 2).nextDown) == UInt64(infinity - 1))
    #expect(format.bits(of: -.infinity) == UInt64(infinity) | 1 << 15)
    #expect(format.bits(of: .leastNonzeroMagnitude) == 0)
    #expect(format.bits(of: -0.0) == 1 << 15)
  }

  @Test("the formula agrees with the processor where the format is float32")
  func single() throws {
    let format = try #require(FloatFormat(.float32))
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(bitPattern: state)
      if number.isNaN { continue }
      #expect(format.bits(of: number) == UInt64(Float(number).bitPattern))
      // Scaled into float32's own range, subnormals included.
      let small = Double(Float(bitPattern: UInt32(state >> 40))) * (1 + 0x1p-24)
      if !small.isNaN { #expect(format.bits(of: small) == UInt64(Float(small).bitPattern)) }
    }
  }

  @Test(
    "numbers whose elements other libraries publish",
    arguments: [
      (DType.float16, 65504.0, 0x7bff), (.float16, 65519.99, 0x7bff), (.float16, 65520, 0x7c00), (.float16, 1, 0x3c00),
      (.float16, 0x1p-24, 1), (.float16, 0x1p-25, 0), (.float16, 0x1.8p-25, 1), (.float16, 0x1p-14, 0x0400),
      (.bfloat16, 1, 0x3f80), (.bfloat16, 3.3895313892515355e38, 0x7f7f), (.bfloat16, 1.00390625, 0x3f80),
      (.bfloat16, 1.01171875, 0x3f82), (.bfloat16, 0x1p-133, 1), (.bfloat16, 0x1p-134, 0),
    ] as [(DType, Double, UInt64)])
  func vectors(dtype: DType, number: Double, bits: UInt64) throws {
    #expect(try #require(FloatFormat(dtype)).bits(of: number) == bits)
  }

  @Test("only four dtypes are formats")
  func others() {
    #expect(DType.allCases.filter { FloatFormat($0) != nil } == [.float32, .float64, .bfloat16, .float16])
  }
}
