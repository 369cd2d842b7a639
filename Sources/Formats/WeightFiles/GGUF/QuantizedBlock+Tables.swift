internal import Bytes
internal import Tensors

/// The types whose elements are numbers from a small table.
extension QuantizedBlock {
  private static let unevenNumbers: [Float] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
  ]
  /// Float4 numbers, doubled.
  private static let doubledNumbers: [Float] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

  /// IQ4_NL: 4 bits each, one scale.
  func forEachIQ4NL(_ append: (Float) -> Void) {
    let scale = half(0)
    for index in 0..<32 { append(scale * Self.unevenNumbers[Int(nibble(2, index))]) }
  }

  /// IQ4_XS: 4 bits each; 32 elements share a scale of 6 bits.
  func forEachIQ4XS(_ append: (Float) -> Void) {
    let (scale, high) = (half(0), halfWord(2))
    for group in 0..<8 {
      let low = self[4 + group / 2] >> UInt8(group % 2 * 4) & 0x0f
      let factor = scale * Float(Int(low) | Int(high >> UInt16(2 * group) & 3) << 4 - 32)
      for index in 0..<32 { append(factor * Self.unevenNumbers[Int(nibble(8 + group * 16, index))]) }
    }
  }

  /// TQ2_0: -1, 0 or 1 in 2 bits each.
  func forEachTQ2(_ append: (Float) -> Void) {
    let scale = half(64)
    for element in 0..<256 {
      let bits = self[element / 128 * 32 + element % 32] >> UInt8(element % 128 / 32 * 2) & 3
      append(scale * Float(Int(bits) - 1))
    }
  }

  /// MXFP4: 4 bits each, and a power of two for a scale.
  func forEachMXFP4(_ append: (Float) -> Void) {
    // A power of two, halved because the numbers are doubled; the two smallest are not normal.
    let exponent = UInt32(self[0])
    let scale = Float(bitPattern: exponent < 2 ? 0x0020_0000 << exponent : (exponent - 1) << 23)
    for index in 0..<32 { append(scale * Self.doubledNumbers[Int(nibble(1, index))]) }
  }

  /// NVFP4: 4 bits each; 16 elements share a scale in float8.
  func forEachNVFP4(_ append: (Float) -> Void) {
    for group in 0..<4 {
      let scale = Self.halvedFloat8(self[group])
      for index in 0..<16 {
        let byte = self[4 + group * 8 + index % 8]
        append(scale * Self.doubledNumbers[Int(index < 8 ? byte & 0x0f : byte >> 4)])
      }
    }
  }

  /// A float8 without a sign, of 4 bits of exponent and 3 of fraction, halved. 0x7f counts as 0, and the highest bit
  /// does not count.
  private static func halvedFloat8(_ byte: UInt8) -> Float {
    guard byte != 0x7f else { return 0 }
    let (exponent, fraction) = (Int32(byte >> 3 & 0x0f), Float(byte & 7))
    let number =
      exponent == 0
      ? fraction * Float(sign: .plus, exponent: -9, significand: 1)
      : (1 + fraction / 8) * Float(sign: .plus, exponent: Int(exponent) - 7, significand: 1)
    return number * 0.5
  }
}
