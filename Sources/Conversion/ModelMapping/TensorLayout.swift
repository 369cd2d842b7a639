internal import Tensors

/// Moves elements, whatever they are: transposing, slicing and joining do not look at values.
enum TensorLayout {
  /// Axes in another order; `axes` is a permutation of the operand's.
  static func permute(_ value: TensorValue, axes: [Int]) -> TensorValue {
    let strides = value.dimensions.indices.map { value.rowElementCount(after: $0) }
    let dimensions = axes.map { value.dimensions[$0] }
    var result = TensorValue(dtype: value.dtype, dimensions: dimensions, bytes: [])
    let moved = axes.map { strides[$0] }
    switch value.dtype.byteCount ?? 1 {
    case 1: result.bytes = gather(value.bytes, as: UInt8.self, dimensions, moved)
    case 2: result.bytes = gather(value.bytes, as: UInt16.self, dimensions, moved)
    case 4: result.bytes = gather(value.bytes, as: UInt32.self, dimensions, moved)
    case 8: result.bytes = gather(value.bytes, as: UInt64.self, dimensions, moved)
    default: result.bytes = gather(value.bytes, as: UInt128.self, dimensions, moved)
    }
    return result
  }

  /// Ranges along an axis, one after the other, of values that agree in all other extents.
  static func gather(_ parts: [(value: TensorValue, range: Range<Int>)], axis: Int) -> TensorValue {
    guard let first = parts.first?.value else { return TensorValue(dtype: .float32, dimensions: [0], bytes: []) }
    var result = TensorValue(dtype: first.dtype, dimensions: first.dimensions, bytes: [])
    result.dimensions[axis] = parts.reduce(0) { $0 + $1.range.count }
    let rowByteCount = first.rowElementCount(after: axis) * (first.dtype.byteCount ?? 1)
    result.bytes.reserveCapacity(result.dimensions[axis] * rowByteCount)
    for outer in 0..<first.dimensions[..<axis].reduce(1, *) {
      for (value, range) in parts {
        let start = (outer * value.dimensions[axis] + range.lowerBound) * rowByteCount
        result.bytes += value.bytes[start..<start + range.count * rowByteCount]
      }
    }
    return result
  }

  /// Elements in row-major order of `dimensions`, each found `strides` away from the one before it on an axis.
  private static func gather<Element: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], as type: Element.Type, _ dimensions: [Int], _ strides: [Int]
  ) -> [UInt8] {
    let width = MemoryLayout<Element>.size
    guard !bytes.isEmpty, let innerCount = dimensions.last, let innerStride = strides.last else { return bytes }
    var index = [Int](repeating: 0, count: dimensions.count - 1)
    var result = [UInt8](repeating: 0, count: bytes.count)
    unsafe result.withUnsafeMutableBytes { output in
      unsafe bytes.withUnsafeBytes { input in
        var source = 0
        var target = 0
        while target < bytes.count {
          for inner in 0..<innerCount {
            // The strides are those of the operand's axes, and the indices are below their extents, so every element is
            // inside.
            let element = unsafe input.loadUnaligned(
              fromByteOffset: (source + inner * innerStride) * width, as: Element.self)
            unsafe output.storeBytes(of: element, toByteOffset: target, as: Element.self)
            target += width
          }
          // The next row: the last of the outer axes that has not reached its end advances by one; those after it start
          // again.
          for axis in index.indices.reversed() {
            index[axis] += 1
            source += strides[axis]
            if index[axis] < dimensions[axis] { break }
            source -= strides[axis] * dimensions[axis]
            index[axis] = 0
          }
        }
      }
    }
    return result
  }
}
