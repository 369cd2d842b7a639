internal import Bytes

/// The effect of zero bytes on the difference of two CRC-32Cs.
///
/// - Source: zlib, `crc32_combine`: the shift by 2ⁿ bytes is a matrix over GF(2), the square of the one before.
struct ZeroShift {
  private let powers: [[UInt32]]

  /// The matrices, which are always the same.
  static let shared = ZeroShift()

  private init() {
    var matrix = (0..<32).map { bit in
      var checksum = CRC32C(~(1 << UInt32(bit)))
      checksum.extend(by: ([0] as [UInt8]).rawSpan)
      return ~checksum.value
    }
    var powers: [[UInt32]] = []
    for _ in 0..<40 {
      powers.append(matrix)
      matrix = matrix.map { [matrix] in Self.product(matrix, $0) }
    }
    self.powers = powers
  }

  /// The difference after this many zero bytes.
  func applied(to difference: UInt32, byteCount: Int) -> UInt32 {
    var difference = difference
    var rest = byteCount
    for power in powers where rest > 0 {
      if rest & 1 == 1 { difference = Self.product(power, difference) }
      rest >>= 1
    }
    return difference
  }

  private static func product(_ matrix: [UInt32], _ vector: UInt32) -> UInt32 {
    var sum: UInt32 = 0
    var rest = vector
    while rest != 0 {
      sum ^= matrix[rest.trailingZeroBitCount]
      rest &= rest - 1
    }
    return sum
  }
}
