internal import Inspection
internal import Tensors

/// Finds the numbers that differ in two spans of elements of one dtype.
///
/// Blocks of the spans are first compared as memory; only blocks that differ are compared number by number, in a loop
/// specialized for each layout.
struct ChangeKernel {
  let dtype: DType
  private let table: ByteTable?
  private let numberByteCount: Int

  /// Bytes of a block: small, so that a few scattered changes cost little; a multiple of every width.
  private static let blockByteCount = 4096

  /// Chooses the kernel of a dtype; nil for dtypes without numbers.
  init?(_ dtype: DType) {
    guard dtype.isNumeric, let width = dtype.number.byteCount else { return nil }
    self.dtype = dtype
    numberByteCount = width
    table = ByteTable(dtype)
  }

  /// Adds every number that differs; `first` is the index in the tensor of the spans' first number.
  func run(_ left: RawSpan, _ right: RawSpan, first: Int, into accumulator: inout ChangeAccumulator) {
    // A local copy stays in registers.
    var sums = accumulator
    var start = 0
    while start < left.byteCount {
      let range = start..<min(start + Self.blockByteCount, left.byteCount)
      let (leftBlock, rightBlock) = (left.extracting(range), right.extracting(range))
      if !leftBlock.hasSameBytes(as: rightBlock) {
        compare(leftBlock, rightBlock, first: first + start / numberByteCount, into: &sums)
      }
      start = range.upperBound
    }
    accumulator = sums
  }

  @inline(__always)
  private func compare(_ left: RawSpan, _ right: RawSpan, first: Int, into sums: inout ChangeAccumulator) {
    if let table { return compare(left, right, table, first: first, into: &sums) }
    switch dtype.number {
    case .float32: compare(left, right, Float32Number.self, first: first, into: &sums)
    case .float64: compare(left, right, Float64Number.self, first: first, into: &sums)
    case .float16: compare(left, right, Float16Number.self, first: first, into: &sums)
    case .bfloat16: compare(left, right, BFloat16Number.self, first: first, into: &sums)
    case .int8, .qint8: compare(left, right, SignedNumber<Int8>.self, first: first, into: &sums)
    case .uint8, .quint8: compare(left, right, UnsignedNumber<UInt8>.self, first: first, into: &sums)
    case .int16, .qint16: compare(left, right, SignedNumber<Int16>.self, first: first, into: &sums)
    case .uint16, .quint16: compare(left, right, UnsignedNumber<UInt16>.self, first: first, into: &sums)
    case .int32, .qint32: compare(left, right, SignedNumber<Int32>.self, first: first, into: &sums)
    case .uint32: compare(left, right, UnsignedNumber<UInt32>.self, first: first, into: &sums)
    case .int64: compareWide(left, right, Int64.self, first: first, into: &sums)
    case .uint64: compareWide(left, right, UInt64.self, first: first, into: &sums)
    // The rest have tables, or no numbers, which `init` refused.
    default: break
    }
  }

  @inline(__always)
  private func compare<Layout: NumberLayout>(
    _ left: RawSpan, _ right: RawSpan, _ layout: Layout.Type, first: Int, into sums: inout ChangeAccumulator
  ) {
    let width = MemoryLayout<Layout.Bits>.size
    for number in 0..<left.byteCount / width {
      // Both spans have as many bytes.
      let a = unsafe left.unsafeLoadUnaligned(fromUncheckedByteOffset: number * width, as: Layout.Bits.self)
      let b = unsafe right.unsafeLoadUnaligned(fromUncheckedByteOffset: number * width, as: Layout.Bits.self)
      guard a != b else { continue }
      let (aPlace, bPlace) = (Layout.place(a), Layout.place(b))
      // Two places may be further apart than `Int64` can hold, but never further than `UInt64` can.
      let ulp = UInt64(bitPattern: aPlace > bPlace ? aPlace &- bPlace : bPlace &- aPlace)
      sums.add(first + number, Layout.value(a), Layout.value(b), ulp: ulp)
    }
  }

  /// Compares 64-bit integers; subtracts before it rounds.
  @inline(__always)
  private func compareWide<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ left: RawSpan, _ right: RawSpan, _ type: Integer.Type, first: Int, into sums: inout ChangeAccumulator
  ) {
    for number in 0..<left.byteCount / 8 {
      let a = unsafe left.unsafeLoadUnaligned(fromUncheckedByteOffset: number * 8, as: Integer.self)
      let b = unsafe right.unsafeLoadUnaligned(fromUncheckedByteOffset: number * 8, as: Integer.self)
      guard a != b else { continue }
      let difference = Double(UInt64(truncatingIfNeeded: max(a, b) &- min(a, b)))
      sums.add(first + number, difference: difference, Double(a), Double(b))
    }
  }

  private func compare(
    _ left: RawSpan, _ right: RawSpan, _ table: ByteTable, first: Int, into sums: inout ChangeAccumulator
  ) {
    for number in 0..<left.byteCount {
      let a = unsafe left.unsafeLoad(fromUncheckedByteOffset: number, as: UInt8.self)
      let b = unsafe right.unsafeLoad(fromUncheckedByteOffset: number, as: UInt8.self)
      guard a != b else { continue }
      sums.add(first + number, Double(table.values[Int(a)]), Double(table.values[Int(b)]))
    }
  }
}
