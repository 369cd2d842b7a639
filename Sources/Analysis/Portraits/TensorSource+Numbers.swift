internal import Tensors

extension TensorSource {
  /// Reads the first elements of a floating-point tensor as numbers, in pieces, in order; does not read other dtypes.
  ///
  /// - Parameters:
  ///   - descriptor: one of `descriptors`.
  ///   - count: how many at most; reading stops after them, before a checksum of the whole tensor can be verified.
  ///   - body: receives the index of a piece's first number, and the numbers.
  /// - Throws: what the source throws, or `body`.
  func readNumbers(
    _ descriptor: TensorDescriptor, first count: Int = .max, _ body: (_ start: Int, _ numbers: [Double]) throws -> Void
  ) throws {
    guard let format = FloatFormat(descriptor.dtype) else { return }
    var start = 0
    do {
      try read(descriptor, maximumByteCount: 1 << 16) { piece in
        let numbers = format.numbers(in: piece)
        let wanted = min(numbers.count, count - start)
        try body(start, wanted == numbers.count ? numbers : Array(numbers[..<wanted]))
        start += wanted
        if start == count, start < descriptor.shape.elementCount { throw Enough() }
      }
    } catch is Enough {}
  }

  /// All elements of a floating-point tensor as numbers.
  func numbers(of descriptor: TensorDescriptor) throws -> [Double] {
    var all: [Double] = []
    try readNumbers(descriptor) { all += $1 }
    return all
  }
}

/// Ends a reading that has all it needs.
private struct Enough: Error {}

extension TensorDescriptor {
  /// Whether its elements are floating-point numbers that are read here.
  var hasNumbers: Bool { FloatFormat(dtype) != nil && shape.elementCount > 0 }
}
