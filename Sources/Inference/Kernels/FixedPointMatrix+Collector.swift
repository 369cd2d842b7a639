internal import CDecantKernels

extension FixedPointMatrix {
  /// Collects rows as they come from a file. A column's unit follows from its largest weight, so nothing can be rounded before the last row.
  package struct Collector: ~Copyable {
    package let depth: Int
    package let columnCount: Int
    /// `[depth, columnCount]`, row-major; zeros where rows are missing.
    package private(set) var rows: AlignedFloats
    /// For each column, the bits of the largest magnitude.
    private(set) var magnitudes: [Int32]
    private var byteCount = 0

    /// Starts with no rows.
    ///
    /// - Parameters:
    ///   - depth: rows of the matrix.
    ///   - columnCount: columns of the matrix.
    package init(depth: Int, columnCount: Int) {
      precondition(depth > 0 && columnCount > 0, "a matrix has rows and columns")
      self.depth = depth
      self.columnCount = columnCount
      rows = AlignedFloats(count: depth * columnCount)
      magnitudes = Array(repeating: 0, count: columnCount)
    }

    /// Whether all rows are there.
    package var isComplete: Bool { byteCount == rows.count * MemoryLayout<Float>.stride }

    /// Whether no weight so far is infinite or not a number.
    package var isFinite: Bool {
      let infinity = Int32(bitPattern: Float.infinity.bitPattern)
      return magnitudes.allSatisfy { $0 < infinity }
    }

    /// Takes a piece of the matrix, which may end anywhere.
    ///
    /// - Parameter bytes: float32 values in row-major order, continuing those before.
    /// - Returns: false if there are more bytes than the matrix has; then nothing was taken.
    @discardableResult
    package mutating func append(_ bytes: RawSpan) -> Bool {
      let rowByteCount = columnCount * MemoryLayout<Float>.stride
      guard bytes.byteCount <= depth * rowByteCount - byteCount else { return false }
      let (start, end, columnCount) = (byteCount, byteCount + bytes.byteCount, columnCount)
      let whole = start / rowByteCount..<end / rowByteCount
      unsafe rows.withUnsafeMutableBufferPointer { rows in
        // The piece fits behind what is there, as was just checked; elements are little-endian like the machine's.
        unsafe bytes.withUnsafeBytes {
          unsafe UnsafeMutableRawBufferPointer(rows)[start..<end].copyBytes(from: $0)
        }
        guard !whole.isEmpty, let first = rows.baseAddress else { return }
        unsafe decant_largest_magnitudes(
          first + whole.lowerBound * columnCount, whole.count, columnCount, &magnitudes)
      }
      byteCount = end
      return true
    }
  }
}
