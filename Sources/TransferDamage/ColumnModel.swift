internal import Foundation

/// How likely each byte is at each place within a number, counted over numbers of one width.
///
/// The sign and exponent of trained weights take few values, so that a byte shows where in its number it is.
struct ColumnModel {
  let width: Int
  private var counts: [Double]
  private var total = 0.0

  init(width: Int) {
    self.width = width
    counts = [Double](repeating: 0, count: 256 * width)
  }

  /// What weights of a width mostly look like: numbers of 32 bits between 2⁻¹⁵ and 4, of either sign.
  static func ofWeights(width: Int) -> ColumnModel {
    var model = ColumnModel(width: width)
    guard width == 4 else { return model }
    for exponent: UInt8 in 0x38...0x40 {
      for mantissa: UInt8 in 0...255 {
        model.add([mantissa, mantissa, mantissa, exponent, mantissa, mantissa, mantissa, exponent | 0x80])
      }
    }
    return model
  }

  /// Counts bytes that begin at a place within a number.
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
