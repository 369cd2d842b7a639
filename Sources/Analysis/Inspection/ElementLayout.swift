package import Tensors

/// Loads the elements of a dtype from memory, eight at a time, as numbers.
protocol ElementLayout {
  /// Bytes of one element.
  static var byteCount: Int { get }

  /// Eight consecutive elements.
  ///
  /// The caller has checked that `offset + 8 × byteCount` is within `bytes`; loads are unaligned.
  static func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double>
}

enum Float32Layout: ElementLayout {
  static let byteCount = 4
  static func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double> {
    unsafe SIMD8<Double>(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD8<Float>.self))
  }
}

enum Float64Layout: ElementLayout {
  static let byteCount = 8
  static func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double> {
    unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD8<Double>.self)
  }
}

/// float16, converted from its bits.
enum Float16Layout: ElementLayout {
  static let byteCount = 2
  static func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double> {
    var values = SIMD8<Double>()
    for lane in 0..<8 {
      let bits = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 2 * lane, as: UInt16.self)
      values[lane] = Double(Float(halfBits: bits))
    }
    return values
  }
}

/// The upper half of a float32.
enum BFloat16Layout: ElementLayout {
  static let byteCount = 2
  static func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double> {
    let bits = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD8<UInt16>.self)
    // Same size and layout; every bit pattern is a float.
    let floats = unsafe unsafeBitCast(SIMD8<UInt32>(truncatingIfNeeded: bits) &<< 16, to: SIMD8<Float>.self)
    return SIMD8<Double>(floats)
  }
}

/// Whole numbers of any width.
enum IntegerLayout<Integer: FixedWidthInteger & SIMDScalar & BitwiseCopyable>: ElementLayout {
  static var byteCount: Int { MemoryLayout<Integer>.size }
  static func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double> {
    var values = SIMD8<Double>()
    for lane in 0..<8 {
      let integer = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: offset + lane * MemoryLayout<Integer>.size, as: Integer.self)
      values[lane] = Double(integer)
    }
    return values
  }
}

/// One byte, converted by a table of the 256 values.
package struct ByteTable: Sendable {
  /// Indexed by the byte; exact.
  package let values: [Float]

  init(_ value: (UInt8) -> Float) {
    values = (0...255).map { value(UInt8($0)) }
  }

  func load(_ bytes: RawSpan, at offset: Int) -> SIMD8<Double> {
    var loaded = SIMD8<Double>()
    for lane in 0..<8 {
      loaded[lane] = Double(
        values[Int(unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset + lane, as: UInt8.self))])
    }
    return loaded
  }
}

extension ByteTable {
  /// The table for a one-byte dtype that no other layout covers; nil for all other dtypes.
  ///
  /// - Source: OCP 8-bit Floating Point Specification 1.0; LLVM `APFloat` semantics for the FNUZ kinds.
  package init?(_ dtype: DType) {
    switch dtype {
    case .bool: self.init { $0 == 0 ? 0 : 1 }
    case .int4: self.init { Float(Int8(bitPattern: $0 << 4) >> 4) }
    case .uint4: self.init { Float($0 & 0x0f) }
    case .int2: self.init { Float(Int8(bitPattern: $0 << 6) >> 6) }
    case .uint2: self.init { Float($0 & 0x03) }
    case .float8e5m2: self.init { SmallFloat(exponentBits: 5, bias: 15, special: .ieee).value($0) }
    case .float8e4m3fn: self.init { SmallFloat(exponentBits: 4, bias: 7, special: .allOnesIsNaN).value($0) }
    case .float8e4m3fnuz: self.init { SmallFloat(exponentBits: 4, bias: 8, special: .negativeZeroIsNaN).value($0) }
    case .float8e4m3b11fnuz: self.init { SmallFloat(exponentBits: 4, bias: 11, special: .negativeZeroIsNaN).value($0) }
    case .float8e5m2fnuz: self.init { SmallFloat(exponentBits: 5, bias: 16, special: .negativeZeroIsNaN).value($0) }
    // Four bits in the low half of a byte: the eight-bit table, with the sign moved up.
    case .float4e2m1fn:
      self.init { SmallFloat(exponentBits: 2, bias: 1, mantissaBits: 1, special: .none).value($0 & 0x0f) }
    default: return nil
    }
  }
}

/// A floating-point format of at most eight bits.
struct SmallFloat {
  /// Which bit patterns are not numbers.
  enum Special {
    /// Every bit pattern is a number.
    case none
    /// The largest exponent: infinity with a mantissa of 0, else NaN.
    case ieee
    /// Exponent and mantissa all ones: NaN. No infinity.
    case allOnesIsNaN
    /// The pattern of a negative zero: NaN. No infinity.
    case negativeZeroIsNaN
  }

  let exponentBits: Int
  let bias: Int
  let mantissaBits: Int
  let special: Special

  init(exponentBits: Int, bias: Int, mantissaBits: Int? = nil, special: Special) {
    self.exponentBits = exponentBits
    self.bias = bias
    self.mantissaBits = mantissaBits ?? 7 - exponentBits
    self.special = special
  }

  /// The number that a bit pattern stands for; exact, since float32 holds all of them.
  func value(_ pattern: UInt8) -> Float {
    let bits = Int(pattern)
    let mantissa = bits & ((1 << mantissaBits) - 1)
    let largest = (1 << exponentBits) - 1
    let exponent = (bits >> mantissaBits) & largest
    let isNegative = bits >> (mantissaBits + exponentBits) & 1 == 1
    switch special {
    case .ieee where exponent == largest: return mantissa > 0 ? .nan : isNegative ? -.infinity : .infinity
    case .allOnesIsNaN where exponent == largest && mantissa == (1 << mantissaBits) - 1: return .nan
    case .negativeZeroIsNaN where isNegative && exponent == 0 && mantissa == 0: return .nan
    default: break
    }
    let significand = Float(exponent == 0 ? mantissa : mantissa | 1 << mantissaBits)
    let magnitude = Float(sign: .plus, exponent: max(exponent, 1) - bias - mantissaBits, significand: significand)
    return isNegative ? -magnitude : magnitude
  }
}
