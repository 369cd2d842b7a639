/// A floating-point dtype as bits: the values of its elements, and the element nearest to a number.
///
/// Rounding is to nearest, ties to even. NaN stays NaN, quiet, with its sign and the upper bits of its payload; infinities stay.
/// - Source: IEEE 754-2019, 5.4; bfloat16 is the upper half of binary32.
package struct FloatFormat: Sendable, Equatable {
  /// The dtype.
  package let dtype: DType
  /// Bits of the exponent and of the fraction after the leading one.
  private let exponentBitCount: Int
  private let fractionBitCount: Int

  /// Nil for a dtype that is not float16, bfloat16, float32 or float64.
  package init?(_ dtype: DType) {
    switch dtype {
    case .float16: (exponentBitCount, fractionBitCount) = (5, 10)
    case .bfloat16: (exponentBitCount, fractionBitCount) = (8, 7)
    case .float32: (exponentBitCount, fractionBitCount) = (8, 23)
    case .float64: (exponentBitCount, fractionBitCount) = (11, 52)
    default: return nil
    }
    self.dtype = dtype
  }

  /// Bytes of an element.
  package var byteCount: Int { (1 + exponentBitCount + fractionBitCount) / 8 }

  /// The values of packed little-endian elements; exact, because double precision holds all of them.
  package func numbers(in bytes: [UInt8]) -> [Double] {
    unsafe bytes.withUnsafeBytes { numbers(in: unsafe RawSpan(_unsafeBytes: $0)) }
  }

  /// The values of packed little-endian elements.
  package func numbers(in bytes: RawSpan) -> [Double] {
    let count = bytes.byteCount / byteCount
    // In range: offsets are multiples of the width below the count.
    func load<T: BitwiseCopyable>(_ type: T.Type, _ number: (T) -> Double) -> [Double] {
      (0..<count).map {
        number(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
      }
    }
    switch dtype {
    case .float16: return load(UInt16.self) { Double(Float(halfBits: $0)) }
    case .bfloat16: return load(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: return load(Float.self) { Double($0) }
    default: return load(Double.self) { $0 }
    }
  }

  /// The packed little-endian elements nearest to numbers.
  package func bytes(of numbers: [Double]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: numbers.count * byteCount)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      // There is room for as many elements as there are numbers.
      for (index, number) in numbers.enumerated() {
        switch dtype {
        case .float32: unsafe bytes.storeBytes(of: Float(number).bitPattern, toByteOffset: index * 4, as: UInt32.self)
        case .float64: unsafe bytes.storeBytes(of: number.bitPattern, toByteOffset: index * 8, as: UInt64.self)
        default:
          let bits = UInt16(truncatingIfNeeded: bits(of: number))
          unsafe bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
        }
      }
    }
    return bytes
  }

  /// The bits of the element nearest to a number, rounded once from double precision.
  package func bits(of number: Double) -> UInt64 {
    let source = number.bitPattern
    let sign = (source >> 63) << UInt64(exponentBitCount + fractionBitCount)
    let infinity = (UInt64(1) << exponentBitCount - 1) << fractionBitCount
    if number.isNaN {
      let payload = (source & 0xf_ffff_ffff_ffff) >> (52 - fractionBitCount)
      return sign | infinity | payload | UInt64(1) << (fractionBitCount - 1)
    }
    if fractionBitCount == 52 { return source }
    let bias = 1 << (exponentBitCount - 1) - 1
    // Below 0 the element is subnormal, whose exponent field is 0 and whose leading one is written out.
    let exponent = Int(source >> 52 & 0x7ff) - 1023 + bias
    if exponent >= 1 << exponentBitCount - 1 { return sign | infinity }
    let isNormal = exponent > 0
    let significand = source & 0xf_ffff_ffff_ffff | (source >> 52 & 0x7ff == 0 ? 0 : 1 << 52)
    let dropped = 52 - fractionBitCount + (isNormal ? 0 : 1 - exponent)
    // Less than half the smallest element.
    if dropped > 53 { return sign }
    let kept = significand >> UInt64(dropped)
    let rest = significand & (1 << UInt64(dropped) - 1)
    let half = UInt64(1) << UInt64(dropped - 1)
    let isUp = rest > half || rest == half && kept & 1 == 1
    // A carry out of the fraction goes into the exponent, and out of the largest exponent into infinity, as it should.
    let magnitude = (isNormal ? UInt64(exponent - 1) << UInt64(fractionBitCount) : 0) + kept + (isUp ? 1 : 0)
    return sign | magnitude
  }
}
