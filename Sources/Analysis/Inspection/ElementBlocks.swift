internal import Bytes
internal import Tensors

/// Reads the packed elements of a dtype with numbers as `Double`s, eight at a time.
///
/// A complex element has two values: its real part, then its imaginary part.
struct ElementBlocks: Sendable {
  let dtype: DType
  /// Bytes of one value: of an element, or of a complex one's component.
  let valueByteCount: Int
  private let table: ByteTable?

  /// Nil for dtypes without numbers.
  init?(_ dtype: DType) {
    switch dtype.kind {
    case .string, .opaque: return nil
    default: break
    }
    guard let byteCount = dtype.byteCount else { return nil }
    self.dtype = dtype
    table = ByteTable(dtype)
    valueByteCount = dtype.kind == .complex ? byteCount / 2 : byteCount
  }

  /// Calls `body` with the values of every eight elements of `bytes`, which holds whole blocks only.
  @inline(__always)
  func forEach(_ bytes: RawSpan, _ body: (SIMD8<Double>) -> Void) {
    if let table {
      for offset in stride(from: 0, to: bytes.byteCount, by: 8) { body(table.load(bytes, at: offset)) }
      return
    }
    switch dtype {
    case .float32, .complex64: Self.forEach(bytes, Float32Layout.self, body)
    case .float64, .complex128: Self.forEach(bytes, Float64Layout.self, body)
    case .float16: Self.forEach(bytes, Float16Layout.self, body)
    case .bfloat16: Self.forEach(bytes, BFloat16Layout.self, body)
    case .int8, .qint8: Self.forEach(bytes, IntegerLayout<Int8>.self, body)
    case .uint8, .quint8: Self.forEach(bytes, IntegerLayout<UInt8>.self, body)
    case .int16, .qint16: Self.forEach(bytes, IntegerLayout<Int16>.self, body)
    case .uint16, .quint16: Self.forEach(bytes, IntegerLayout<UInt16>.self, body)
    case .int32, .qint32: Self.forEach(bytes, IntegerLayout<Int32>.self, body)
    case .uint32: Self.forEach(bytes, IntegerLayout<UInt32>.self, body)
    case .int64: Self.forEach(bytes, IntegerLayout<Int64>.self, body)
    case .uint64: Self.forEach(bytes, IntegerLayout<UInt64>.self, body)
    // The rest have tables, or no numbers, which `init` refused.
    default: break
    }
  }

  /// Writes the values of whole elements, any number of them, to the start of `values`; the rest of it is unspecified.
  ///
  /// - Precondition: `values` has room for their number, rounded up to a multiple of eight.
  func read(_ bytes: RawSpan, into values: inout [Double]) {
    let blockByteCount = 8 * valueByteCount
    let wholeByteCount = bytes.byteCount / blockByteCount * blockByteCount
    precondition((bytes.byteCount + blockByteCount - 1) / blockByteCount * 8 <= values.count)
    unsafe values.withUnsafeMutableBytes { values in
      var offset = 0
      forEach(bytes.extracting(0..<wholeByteCount)) { block in
        unsafe values.storeBytes(of: block, toByteOffset: offset, as: SIMD8<Double>.self)
        offset += 64
      }
      guard wholeByteCount < bytes.byteCount else { return }
      var rest = [UInt8](bytes.extracting(wholeByteCount..<bytes.byteCount))
      rest += [UInt8](repeating: 0, count: blockByteCount - rest.count)
      forEach(rest.rawSpan) { unsafe values.storeBytes(of: $0, toByteOffset: offset, as: SIMD8<Double>.self) }
    }
  }

  /// The values of whole elements.
  func values(_ bytes: [UInt8]) -> [Double] {
    let count = bytes.count / valueByteCount
    var values = [Double](repeating: 0, count: (count + 7) / 8 * 8)
    read(bytes.rawSpan, into: &values)
    return Array(values.prefix(count))
  }

  @inline(__always)
  private static func forEach<Layout: ElementLayout>(
    _ bytes: RawSpan, _ layout: Layout.Type, _ body: (SIMD8<Double>) -> Void
  ) {
    var offset = 0
    while offset < bytes.byteCount {
      body(Layout.load(bytes, at: offset))
      offset += 8 * Layout.byteCount
    }
  }
}
