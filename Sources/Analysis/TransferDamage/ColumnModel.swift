internal import Essentials
internal import Tensors

/// The probability of each byte at each position within a number, counted over numbers of one width.
///
/// The signs and exponents of trained weights take few values, so a byte shows its position in its number.
struct ColumnModel {
  let width: Int
  private var counts: [Double]
  private var total = 0.0

  init(width: Int) {
    self.width = width
    counts = [Double](repeating: 0, count: 256 * width)
  }

  /// Typical numbers of a dtype: floats between 2⁻¹⁵ and 4, and small integers, of either sign.
  init(typicalOf dtype: DType, width: Int) {
    self.init(width: width)
    let exponents: ClosedRange<UInt8>? =
      switch (dtype, width) {
      case (.float16, _): 0x10...0x43
      case (.float64, _), (.complex128, _): 0x3f...0x40
      case (.float32, _), (.complex64, _), (.bfloat16, _): 0x38...0x40
      default: nil
      }
    for byte: UInt8 in 0...255 {
      if let exponents {
        let mantissa = [UInt8](repeating: byte, count: width - 1)
        for exponent in exponents {
          add((mantissa + [exponent])[...])
          add((mantissa + [exponent | 0x80])[...])
        }
      } else {
        add(([byte] + [UInt8](repeating: 0, count: width - 1))[...])
        add(([byte] + [UInt8](repeating: 0xff, count: width - 1))[...])
      }
    }
  }

  /// Counts bytes that begin at a position within a number.
  mutating func add(_ bytes: ArraySlice<UInt8>, at column: Int = 0) {
    var column = column % width
    for byte in bytes {
      counts[256 * column + Int(byte)] += 1
      column = column + 1 == width ? 0 : column + 1
    }
    total += Double(bytes.count)
  }

  /// Whether there is enough to judge by.
  var isKnown: Bool { total >= 1024 }

  /// Natural logarithms of probabilities, by column, then byte.
  var logarithms: [Double] {
    let columnTotal = total / Double(width)
    return counts.map { log(($0 + 0.25) / (columnTotal + 64)) }
  }
}
