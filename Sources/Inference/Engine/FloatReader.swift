internal import Messages
internal import Tensors

/// Reads tensors of a source as float32, whatever floating-point type they are stored in, and checks that they fit.
struct FloatReader: Sendable {
  let source: any TensorSource

  /// Bytes per piece.
  private static let pieceByteCount = 1 << 20

  /// Checks a tensor's shape, dtype and byte count before anything is allocated for it.
  ///
  /// - Parameters:
  ///   - descriptor: the tensor.
  ///   - expected: its extents; nil if any of at least 1 does.
  /// - Returns: the extents.
  /// - Throws: `EngineError`.
  @discardableResult
  func check(_ descriptor: TensorDescriptor, _ expected: [Int?]) throws(EngineError) -> [Int] {
    let found = descriptor.shape.dimensions
    guard found.count == expected.count, zip(found, expected).allSatisfy({ $0 == $1 ?? max($0, 1) }) else {
      throw error(.shape(expected: expected, found: descriptor.shape), descriptor)
    }
    guard Self.readable.contains(descriptor.dtype), let byteCount = descriptor.shape.byteCount(of: descriptor.dtype)
    else {
      throw error(.dtype(descriptor.dtype), descriptor)
    }
    guard descriptor.byteCount == byteCount else {
      throw error(.byteCount(expected: byteCount, found: descriptor.byteCount), descriptor)
    }
    return found
  }

  private static let readable: Set<DType> = [.float32, .float64, .float16, .bfloat16]

  /// All values of a tensor that `check` passed.
  func floats(_ descriptor: TensorDescriptor) throws -> [Float] {
    var values = [Float](repeating: 0, count: descriptor.shape.elementCount)
    var offset = 0
    try read(descriptor) { bytes in
      // Copied as bytes: elements are little-endian like the machine's, and every bit pattern is a float.
      unsafe values.withUnsafeMutableBytes { values in
        guard bytes.byteCount <= values.count - offset else { return false }
        unsafe bytes.withUnsafeBytes {
          unsafe UnsafeMutableRawBufferPointer(rebasing: values[offset...]).copyMemory(from: $0)
        }
        offset += bytes.byteCount
        return true
      }
    }
    return values
  }

  /// Reads a tensor that `check` passed, as float32 in pieces.
  ///
  /// - Parameters:
  ///   - descriptor: the tensor.
  ///   - body: takes a piece; returns whether it fits after those before.
  /// - Throws: the source's error, what `body` throws, or `EngineError` where bytes are too many or too few.
  func read(_ descriptor: TensorDescriptor, _ body: (RawSpan) throws -> Bool) throws {
    var byteCount = 0
    var fits = true
    try source.read(descriptor, maximumByteCount: Self.pieceByteCount) { piece in
      byteCount += piece.byteCount
      if descriptor.dtype == .float32 {
        fits = try body(piece) && fits
      } else {
        let values = Self.widen(piece, descriptor.dtype)
        fits = try unsafe values.withUnsafeBytes { try body(unsafe RawSpan(_unsafeBytes: $0)) } && fits
      }
    }
    guard fits, byteCount == descriptor.byteCount else {
      throw error(.byteCount(expected: descriptor.byteCount, found: byteCount), descriptor)
    }
  }

  /// Elements of another type as the nearest float32.
  private static func widen(_ bytes: RawSpan, _ dtype: DType) -> [Float] {
    // In range: offsets are multiples of the width below the count.
    func load<T: BitwiseCopyable>(_ type: T.Type, _ convert: (T) -> Float) -> [Float] {
      unsafe bytes.withUnsafeBytes { bytes in
        (0..<bytes.count / MemoryLayout<T>.size).map {
          convert(unsafe bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
        }
      }
    }
    switch dtype {
    case .float64: return load(Double.self) { Float($0) }
    case .float16: return load(UInt16.self) { Float(halfBits: $0) }
    case .bfloat16: return load(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    default: return load(Float.self) { $0 }
    }
  }

  /// An error about a tensor of the source.
  func error(_ reason: EngineDefect, _ descriptor: TensorDescriptor) -> EngineError {
    EngineError(reason, file: source.files.first?.path ?? source.format, tensor: descriptor.name)
  }
}
