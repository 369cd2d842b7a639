internal import Tensors

/// Which bits distinguish the values of a dtype when they are counted.
///
/// The key of a value is the first bits of its bit pattern. For values of at most 16 bits, it is the whole pattern. For
/// a float32, it is the upper half: sign, exponent and 7 bits of the significand, so that a bucket of equal keys is
/// less than 1% of its values wide (more for numbers below the smallest normal one, 10⁻³⁸). Values of 32-bit integers
/// and all 64-bit values are treated as `Double`s, with sign, exponent and 7 bits as well.
enum KeyLayout {
  /// One byte.
  case byte
  /// Two bytes.
  case half
  /// The upper half of four bytes.
  case single
  /// The first 19 bits of the value as a `Double`.
  case double

  init(_ blocks: ElementBlocks) {
    switch (blocks.dtype.kind, blocks.valueByteCount) {
    case (_, 1): self = .byte
    case (_, 2): self = .half
    case (.float, 4), (.complex, 4): self = .single
    default: self = .double
    }
  }

  /// One more than the largest key.
  var keyCount: Int {
    switch self {
    case .byte: 1 << 8
    case .half, .single: 1 << 16
    case .double: 1 << 19
    }
  }

  /// The finite values that have a key, from the smallest to the largest; nil for keys of NaNs and infinities.
  static func bounds(ofSingle key: Int) -> ClosedRange<Double>? {
    guard key & 0x7f80 != 0x7f80 else { return nil }
    let near = Double(Float(bitPattern: UInt32(key) << 16))
    let far = Double(Float(bitPattern: UInt32(key) << 16 | 0xffff))
    return near.sign == .minus ? far...near : near...far
  }

  /// As `bounds(ofSingle:)`. If values are whole numbers, so are the bounds.
  static func bounds(ofDouble key: Int, isWhole: Bool) -> ClosedRange<Double>? {
    guard key & 0x3ff80 != 0x3ff80 else { return nil }
    let near = Double(bitPattern: UInt64(key) << 45)
    let far = Double(bitPattern: UInt64(key) << 45 | (1 << 45 - 1))
    let (lower, upper) = near.sign == .minus ? (far, near) : (near, far)
    guard isWhole else { return lower...upper }
    // A bucket between two whole numbers is empty.
    let first = lower.rounded(.up)
    return first...max(first, upper.rounded(.down))
  }
}
