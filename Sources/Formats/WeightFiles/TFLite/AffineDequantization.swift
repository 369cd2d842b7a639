internal import Bytes
internal import Tensors

/// Turns quantized integers into float32: scale * (stored - zero point).
///
/// The product is rounded once, which for integers of up to 16 bits gives the interpreter's bits.
/// - Source: TensorFlow 2.21, `kernels/internal/reference/dequantize.h`.
struct AffineDequantization: Sendable, Equatable {
  /// How the integers are stored.
  enum Stored: Sendable {
    case int2, int4, uint4, int8, uint8, int16, uint16, int32, int64

    /// Nil for other dtypes.
    init?(_ dtype: DType) {
      switch dtype {
      case .int2: self = .int2
      case .int4: self = .int4
      case .uint4: self = .uint4
      case .int8: self = .int8
      case .uint8: self = .uint8
      case .int16: self = .int16
      case .uint16: self = .uint16
      case .int32: self = .int32
      // Biases of layers whose weights have 8 bits and whose activations have 16.
      case .int64: self = .int64
      default: return nil
      }
    }

    /// The bits of one integer.
    var bitCount: Int {
      switch self {
      case .int2: 2
      case .int4, .uint4: 4
      case .int8, .uint8: 8
      case .int16, .uint16: 16
      case .int32: 32
      case .int64: 64
      }
    }

    /// The integers in one stored unit: a byte, or an integer that is longer.
    var elementsPerUnit: Int { max(1, 8 / bitCount) }
    /// The bytes of one stored unit.
    var unitByteCount: Int { max(1, bitCount / 8) }

    fileprivate var isSigned: Bool {
      switch self {
      case .uint4, .uint8, .uint16: false
      default: true
      }
    }
  }

  let stored: Stored
  let scales: [Float]
  let zeroPoints: [Int64]
  /// The elements in a row that have the same scale.
  let runElementCount: Int

  /// Appends elements as float32.
  ///
  /// - Parameters:
  ///   - units: whole units, little-endian.
  ///   - first: the index in the tensor of the first element.
  ///   - floats: receives them.
  func append(_ units: RawSpan, first: Int, to floats: inout [UInt8]) {
    let bitCount = stored.bitCount
    var element = first
    for start in stride(from: 0, to: units.byteCount, by: stored.unitByteCount) {
      var unit: UInt64 = 0
      for offset in (0..<stored.unitByteCount).reversed() {
        // In range: the units are whole.
        unit = unit << 8 | UInt64(unsafe units.unsafeLoad(fromByteOffset: start + offset, as: UInt8.self))
      }
      for place in 0..<stored.elementsPerUnit {
        let above = UInt64(64 - bitCount)
        let bits = (unit >> UInt64(place * bitCount)) << above
        let number = stored.isSigned ? Int64(bitPattern: bits) >> Int64(above) : Int64(bits >> above)
        let channel = scales.count == 1 ? 0 : element / runElementCount % scales.count
        floats.appendFloat(Float(Double(scales[channel]) * (Double(number) - Double(zeroPoints[channel]))))
        element += 1
      }
    }
  }
}
