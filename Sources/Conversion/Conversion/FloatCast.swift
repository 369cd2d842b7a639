public import Tensors

/// What casting a tensor's values to a narrower dtype loses.
public struct CastLoss: Sendable, Equatable {
  /// The dtype before.
  public let from: DType
  /// The dtype after.
  public let to: DType
  /// The largest difference relative to the value before, among values that neither overflowed nor underflowed.
  public internal(set) var largestRelativeError = 0.0
  /// Finite values that became infinite.
  public internal(set) var overflowCount = 0
  /// Values other than 0 that became 0.
  public internal(set) var underflowCount = 0
}

/// Casts floating-point elements piece by piece: to nearest, ties to even; NaN stays NaN and infinities stay.
struct FloatCast {
  private(set) var loss: CastLoss
  private let source: FloatFormat
  private let target: FloatFormat

  /// Nil if one of the two is not a floating-point dtype that can be cast.
  init?(from: DType, to: DType) {
    guard let source = FloatFormat(from), let target = FloatFormat(to) else { return nil }
    (self.source, self.target) = (source, target)
    loss = CastLoss(from: from, to: to)
  }

  /// Whether tensors of one dtype are cast if the other is requested; integers, strings and float8 stay.
  static func casts(_ from: DType, to: DType) -> Bool { FloatFormat(from) != nil && FloatFormat(to) != nil }

  /// The elements of a piece in the new dtype; what was lost is added to `loss`.
  mutating func cast(_ piece: RawSpan) -> [UInt8] {
    switch (source.dtype, target.dtype) {
    case (.float32, .float16): narrow(piece, NarrowFloat.half, { Float(halfBits: $0) })
    case (.float32, .bfloat16): narrow(piece, NarrowFloat.brain, NarrowFloat.float(ofBrain:))
    default: castThroughDouble(piece)
    }
  }

  /// The usual casts, in float32 arithmetic without branches. The difference of a float32 and its neighbor in a narrower format
  /// is itself a float32, so only the division rounds.
  private mutating func narrow(_ piece: RawSpan, _ bits: (Float) -> UInt16, _ value: (UInt16) -> Float) -> [UInt8] {
    let count = piece.byteCount / 4
    var result = [UInt8](repeating: 0, count: count * 2)
    var (overflows, underflows, largest) = (0, 0, UInt32(0))
    unsafe result.withUnsafeMutableBytes { output in
      unsafe piece.withUnsafeBytes { input in
        for index in 0..<count {
          // In range: the offsets are multiples of the widths below the counts.
          let number = unsafe input.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
          let narrowed = bits(number)
          unsafe output.storeBytes(of: narrowed, toByteOffset: index * 2, as: UInt16.self)
          let back = value(narrowed)
          overflows += back.isInfinite && number.isFinite ? 1 : 0
          underflows += back == 0 && number != 0 ? 1 : 0
          let error = ((back - number) / number).magnitude
          // NaN if the number is 0, NaN or infinite; infinite if it overflowed; 1 if it underflowed. Errors are not
          // negative, so they compare as their bits do.
          largest = max(largest, error < .infinity && back != 0 ? error.bitPattern : 0)
        }
      }
    }
    add(overflows, underflows, Double(Float(bitPattern: largest)))
    return result
  }

  private mutating func castThroughDouble(_ piece: RawSpan) -> [UInt8] {
    let numbers = source.numbers(in: piece)
    let result = target.bytes(of: numbers)
    var (overflows, underflows, largest) = (0, 0, 0.0)
    for (number, back) in zip(numbers, target.numbers(in: result)) {
      overflows += back.isInfinite && number.isFinite ? 1 : 0
      underflows += back == 0 && number != 0 ? 1 : 0
      let error = ((back - number) / number).magnitude
      if error < .infinity, back != 0 { largest = max(largest, error) }
    }
    add(overflows, underflows, largest)
    return result
  }

  private mutating func add(_ overflows: Int, _ underflows: Int, _ largest: Double) {
    loss.overflowCount += overflows
    loss.underflowCount += underflows
    loss.largestRelativeError = max(loss.largestRelativeError, largest)
  }
}

/// float32 to the two formats of 16 bits and back, without branches.
///
/// - Source: `FloatFormat` defines both; the method for binary16 adds a number whose last bit has the same value as
///   that of the result, so that the processor rounds.
enum NarrowFloat {
  /// The nearest binary16.
  @inline(__always)
  static func half(_ number: Float) -> UInt16 {
    let bits = number.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7fff_ffff
    // The last bit of 0.5 has the value 2^-24, like that of a subnormal.
    let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- 0x3f00_0000
    // The exponent's bias goes from 127 to 15, and half of the last kept bit is added, a little less if that bit is
    // even.
    let normal = (magnitude &- 0x3800_0000 &+ 0xfff &+ (magnitude >> 13 & 1)) >> 13
    let finite = magnitude < 0x3880_0000 ? subnormal : normal
    // 65520 and above.
    let large: UInt32 = magnitude > 0x7f80_0000 ? 0x7e00 | (magnitude >> 13 & 0x3ff) : 0x7c00
    return sign | UInt16(truncatingIfNeeded: magnitude >= 0x477f_f000 ? large : finite)
  }

  /// The nearest bfloat16.
  @inline(__always)
  static func brain(_ number: Float) -> UInt16 {
    let bits = number.bitPattern
    let rounded = (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16
    let isNaN = bits & 0x7fff_ffff > 0x7f80_0000
    return UInt16(truncatingIfNeeded: isNaN ? bits >> 16 | 0x40 : rounded)
  }

  /// The value of a bfloat16.
  @inline(__always)
  static func float(ofBrain bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
