internal import Inspection
internal import Tensors

/// Finds the elements with different values in two spans of different dtypes.
///
/// Both sides are converted to `Double`, which holds every number exactly except for integers beyond 2⁵³. Those are
/// handled separately: such an integer equals a `Double` only if that is its exact value, and two of them are compared
/// as integers.
struct MixedKernel {
  private let left: NumberDecoder
  private let right: NumberDecoder

  /// Elements that are converted at a time.
  private static let blockCount = 1024

  /// Nil if one of the dtypes has no numbers, or only one is complex.
  init?(_ left: DType, _ right: DType) {
    guard let leftDecoder = NumberDecoder(left), let rightDecoder = NumberDecoder(right),
      left.numbersPerElement == right.numbersPerElement
    else { return nil }
    (self.left, self.right) = (leftDecoder, rightDecoder)
  }

  /// Adds every number that differs; `first` is the index in the tensor of the spans' first number.
  func run(_ leftBytes: RawSpan, _ rightBytes: RawSpan, first: Int, into accumulator: inout ChangeAccumulator) {
    let count = leftBytes.byteCount / left.byteCount
    var a = [Double](repeating: 0, count: min(count, Self.blockCount))
    var b = a
    var start = 0
    while start < count {
      let end = min(start + Self.blockCount, count)
      left.decode(leftBytes, start..<end, into: &a)
      right.decode(rightBytes, start..<end, into: &b)
      for index in 0..<end - start {
        if a[index] != b[index] {
          if a[index].isNaN, b[index].isNaN { continue }
          accumulator.add(first + start + index, a[index], b[index])
        } else if abs(a[index]) >= 0x1p53 {
          // Different integers may round to the same `Double`.
          let number = start + index
          let difference = Self.difference(left.integer(leftBytes, number), right.integer(rightBytes, number))
          if difference > 0 { accumulator.add(first + number, difference: difference, a[index], b[index]) }
        }
      }
      start = end
    }
  }

  /// |a − b| of two numbers that round to one `Double`.
  private static func difference(_ a: WideInteger?, _ b: WideInteger?) -> Double {
    // Both are infinite, or both are floats; or one is just below 2⁶⁴, and the other, a float, is 2⁶⁴.
    guard let a, let b else { return a == nil && b == nil ? 0 : 1 }
    return Double(max(a.magnitude, b.magnitude) - min(a.magnitude, b.magnitude))
  }
}

/// An integer of up to 64 bits and a sign.
struct WideInteger {
  let isNegative: Bool
  let magnitude: UInt64
}

/// Reads the numbers of a dtype.
struct NumberDecoder {
  let dtype: DType
  let byteCount: Int
  private let table: ByteTable?

  init?(_ dtype: DType) {
    guard dtype.isNumeric, let byteCount = dtype.number.byteCount else { return nil }
    self.dtype = dtype.number
    self.byteCount = byteCount
    table = ByteTable(dtype)
  }

  /// The numbers of a range; `numbers` has room for them.
  func decode(_ bytes: RawSpan, _ range: Range<Int>, into numbers: inout [Double]) {
    if let table {
      for index in range {
        let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
        numbers[index - range.lowerBound] = Double(table.values[Int(byte)])
      }
      return
    }
    switch dtype {
    case .float32: decode(bytes, range, Float32Number.self, &numbers)
    case .float64: decode(bytes, range, Float64Number.self, &numbers)
    case .float16: decode(bytes, range, Float16Number.self, &numbers)
    case .bfloat16: decode(bytes, range, BFloat16Number.self, &numbers)
    case .int8, .qint8: decode(bytes, range, SignedNumber<Int8>.self, &numbers)
    case .uint8, .quint8: decode(bytes, range, UnsignedNumber<UInt8>.self, &numbers)
    case .int16, .qint16: decode(bytes, range, SignedNumber<Int16>.self, &numbers)
    case .uint16, .quint16: decode(bytes, range, UnsignedNumber<UInt16>.self, &numbers)
    case .int32, .qint32: decode(bytes, range, SignedNumber<Int32>.self, &numbers)
    case .uint32: decode(bytes, range, UnsignedNumber<UInt32>.self, &numbers)
    case .int64: decode(bytes, range, SignedNumber<Int64>.self, &numbers)
    case .uint64: decode(bytes, range, UnsignedNumber<UInt64>.self, &numbers)
    default: break
    }
  }

  @inline(__always)
  private func decode<Layout: NumberLayout>(
    _ bytes: RawSpan, _ range: Range<Int>, _ layout: Layout.Type, _ numbers: inout [Double]
  ) {
    let width = MemoryLayout<Layout.Bits>.size
    for index in range {
      let bits = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index * width, as: Layout.Bits.self)
      numbers[index - range.lowerBound] = Layout.value(bits)
    }
  }

  /// One number beyond 2⁵³ as an integer; nil for infinities and for what does not fit in 64 bits.
  func integer(_ bytes: RawSpan, _ index: Int) -> WideInteger? {
    switch dtype {
    case .int64:
      let value = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index * 8, as: Int64.self)
      return WideInteger(isNegative: value < 0, magnitude: value.magnitude)
    case .uint64:
      let value = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index * 8, as: UInt64.self)
      return WideInteger(isNegative: false, magnitude: value)
    default:
      var value = [0.0]
      decode(bytes, index..<(index + 1), into: &value)
      return UInt64(exactly: abs(value[0])).map { WideInteger(isNegative: value[0] < 0, magnitude: $0) }
    }
  }
}
