/// One change to the bytes of a file.
enum Damage: CustomStringConvertible {
  /// The file ends here.
  case cut(at: Int)
  /// One bit is another; bits count from the lowest of the first byte.
  case flip(bit: Int)
  /// Four bytes are this number, little-endian.
  case word(at: Int, UInt32)

  func apply(to bytes: inout [UInt8]) {
    switch self {
    case .cut(let count): bytes.removeLast(bytes.count - count)
    case .flip(let bit): bytes[bit / 8] ^= 1 << (bit % 8)
    case .word(let start, let value):
      for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }
  }

  var description: String {
    switch self {
    case .cut(let count): "cut at \(count)"
    case .flip(let bit): "byte \(bit / 8), bit \(bit % 8) flipped"
    case .word(let start, let value): "bytes \(start)..<\(start + 4) are 0x\(String(value, radix: 16))"
    }
  }
}

/// Every damage of one kind, by number.
enum DamageKind: String, CaseIterable, Codable {
  case cuts, flips, words

  /// Zero, all ones, the largest signed number, and one that overflows when it is doubled or counted in larger elements.
  private static let values: [UInt32] = [0, 0xffff_ffff, 0x7fff_ffff, 0x4000_0000]
  /// Files up to this length have words at every byte; longer ones at every fourth.
  private static let everyByteCount = 1100

  private static func step(_ byteCount: Int) -> Int { byteCount <= everyByteCount ? 1 : 4 }

  /// How many there are in a file of that length.
  func count(byteCount: Int) -> Int {
    switch self {
    case .cuts: byteCount
    case .flips: 8 * byteCount
    case .words: byteCount < 4 ? 0 : ((byteCount - 4) / Self.step(byteCount) + 1) * Self.values.count
    }
  }

  func damage(_ index: Int, byteCount: Int) -> Damage {
    switch self {
    case .cuts: .cut(at: index)
    case .flips: .flip(bit: index)
    case .words:
      .word(at: index / Self.values.count * Self.step(byteCount), Self.values[index % Self.values.count])
    }
  }
}
