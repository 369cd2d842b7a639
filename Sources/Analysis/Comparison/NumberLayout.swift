internal import Tensors

/// How one number of a dtype is read from its bits, and its place among all numbers of its dtype.
protocol NumberLayout {
  /// The little-endian bits of one number.
  associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable

  /// The number, exactly.
  static func value(_ bits: Bits) -> Double

  /// The place of a number among all numbers of the dtype, counted from 0; always 0 if that has no meaning.
  static func place(_ bits: Bits) -> Int64
}

/// Floating-point formats of sign, exponent and mantissa: without the sign, their bits count the numbers from zero on.
protocol FloatLayout: NumberLayout {}

extension FloatLayout {
  @inline(__always)
  static func place(_ bits: Bits) -> Int64 {
    let magnitude = Int64(truncatingIfNeeded: bits & (Bits.max >> 1))
    return bits > Bits.max >> 1 ? -magnitude : magnitude
  }
}

enum Float32Number: FloatLayout {
  @inline(__always)
  static func value(_ bits: UInt32) -> Double { Double(Float(bitPattern: bits)) }
}

enum Float64Number: FloatLayout {
  @inline(__always)
  static func value(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
}

enum Float16Number: FloatLayout {
  @inline(__always)
  static func value(_ bits: UInt16) -> Double { Double(Float(halfBits: bits)) }
}

enum BFloat16Number: FloatLayout {
  @inline(__always)
  static func value(_ bits: UInt16) -> Double { Double(Float(bitPattern: UInt32(bits) << 16)) }
}

/// Whole numbers. A `Double` holds those of at most 32 bits exactly; `ChangeKernel` handles those of 64 bits itself.
enum SignedNumber<Integer: FixedWidthInteger & SignedInteger>: NumberLayout
where Integer.Magnitude: FixedWidthInteger & UnsignedInteger & BitwiseCopyable {
  @inline(__always)
  static func value(_ bits: Integer.Magnitude) -> Double { Double(Integer(truncatingIfNeeded: bits)) }
  @inline(__always)
  static func place(_ bits: Integer.Magnitude) -> Int64 { 0 }
}

enum UnsignedNumber<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: NumberLayout {
  @inline(__always)
  static func value(_ bits: Bits) -> Double { Double(bits) }
  @inline(__always)
  static func place(_ bits: Bits) -> Int64 { 0 }
}

extension DType {
  /// Whether its elements are made of floats whose neighbors can be counted.
  var hasULP: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16, .complex64, .complex128: true
    default: false
    }
  }

  /// The dtype of the numbers that a complex element is made of; itself for others.
  var number: DType {
    switch self {
    case .complex64: .float32
    case .complex128: .float64
    default: self
    }
  }

  /// Numbers that one element is made of.
  var numbersPerElement: Int { kind == .complex ? 2 : 1 }

  /// Whether its elements are numbers, or made of them.
  var isNumeric: Bool { kind != .string && kind != .opaque && byteCount != nil }
}
