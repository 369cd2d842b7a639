internal import Bytes

/// The K types: 256 elements, with scales of their own for each 16 or 32.
extension QuantizedBlock {
  /// The scale and the minimum of each 32 elements of Q4_K and Q5_K, of 6 bits each, packed into 12 bytes.
  func scaleAndMinimum(_ offset: Int, _ group: Int) -> (UInt8, UInt8) {
    let (scale, minimum) = (self[offset + group % 4], self[offset + 4 + group % 4])
    guard group >= 4 else { return (scale & 0x3f, minimum & 0x3f) }
    let low = self[offset + 8 + group % 4]
    return (low & 0x0f | scale >> 2 & 0x30, low >> 4 | minimum >> 2 & 0x30)
  }

  /// Q2_K: 2 bits each; 16 elements share a scale and a minimum of 4 bits.
  func forEachQ2K(_ append: (Float) -> Void) {
    let (scale, minimum) = (half(80), half(82))
    for group in 0..<16 {
      let factor = scale * Float(self[group] & 0x0f)
      let offset = minimum * Float(self[group] >> 4)
      for index in 0..<16 {
        let element = group * 16 + index
        let bits = self[16 + element / 128 * 32 + element % 32] >> UInt8(element % 128 / 32 * 2) & 3
        append(factor * Float(bits) - offset)
      }
    }
  }

  /// Q3_K: 2 bits each and a third in a mask; 16 elements share a scale of 6 bits.
  func forEachQ3K(_ append: (Float) -> Void) {
    let scale = half(108)
    for group in 0..<16 {
      let low = self[96 + group % 8] >> (group < 8 ? 0 : 4) & 0x0f
      let high = self[104 + group % 4] >> UInt8(group / 4 * 2) & 3
      let factor = scale * Float(Int(low | high << 4) - 32)
      for index in 0..<16 {
        let element = group * 16 + index
        let bits = self[32 + element / 128 * 32 + element % 32] >> UInt8(element % 128 / 32 * 2) & 3
        // A bit of the mask means that nothing is subtracted.
        let isLower = self[element % 32] >> UInt8(element / 32) & 1 == 0
        append(factor * Float(Int(bits) - (isLower ? 4 : 0)))
      }
    }
  }

  /// Q4_K: 4 bits each.
  func forEachQ4K(_ append: (Float) -> Void) {
    forEachGroup { group, factor, offset in
      for index in 0..<32 {
        append(factor * Float(self[16 + group / 2 * 32 + index] >> UInt8(group % 2 * 4) & 0x0f) - offset)
      }
    }
  }

  /// Q5_K: 4 bits each and a fifth apart.
  func forEachQ5K(_ append: (Float) -> Void) {
    forEachGroup { group, factor, offset in
      for index in 0..<32 {
        let low = self[48 + group / 2 * 32 + index] >> UInt8(group % 2 * 4) & 0x0f
        let high = self[16 + index] >> UInt8(group) & 1
        append(factor * Float(low | high << 4) - offset)
      }
    }
  }

  /// The factor and the offset of each 32 elements of Q4_K and Q5_K.
  private func forEachGroup(_ body: (Int, Float, Float) -> Void) {
    let (scale, minimum) = (half(0), half(2))
    for group in 0..<8 {
      let (factor, offset) = scaleAndMinimum(4, group)
      body(group, scale * Float(factor), minimum * Float(offset))
    }
  }

  /// Q6_K: 4 bits each and 2 apart; 16 elements share a scale of 8 bits.
  func forEachQ6K(_ append: (Float) -> Void) {
    let scale = half(208)
    for group in 0..<16 {
      let factor = scale * Float(Int8(bitPattern: self[192 + group]))
      for index in 0..<16 {
        let element = group * 16 + index
        let (half, place) = (element / 128, element % 128)
        let low = self[half * 64 + place % 64] >> (place < 64 ? 0 : 4) & 0x0f
        let high = self[128 + half * 32 + place % 32] >> UInt8(place / 32 * 2) & 3
        append(factor * Float(Int(low | high << 4) - 32))
      }
    }
  }
}
