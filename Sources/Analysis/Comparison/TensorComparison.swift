internal import Bytes
internal import Tensors

/// Compares, bit by bit, the values of two tensors with the same dtype and shape.
enum TensorComparison {
  /// The first difference and the number of elements that differ; nil if every bit agrees.
  static func run(
    _ leftTensor: TensorDescriptor, of left: any TensorSource, _ rightTensor: TensorDescriptor,
    of right: any TensorSource
  ) throws -> SourceComparison.ValueDifference? {
    var differences = Differences(name: leftTensor.name)
    guard let width = leftTensor.dtype.byteCount else {
      let (leftStrings, rightStrings) = (try left.readStrings(leftTensor), try right.readStrings(rightTensor))
      for (index, (a, b)) in zip(leftStrings, rightStrings).enumerated() where a != b {
        differences.add(index, a, b)
      }
      return differences.result
    }
    try PairedPieces.forEach(leftTensor, of: left, rightTensor, of: right) { leftPiece, rightPiece, element in
      // The pieces are nearly always equal, which one comparison of memory shows.
      if leftPiece.hasSameBytes(as: rightPiece) { return }
      differences.compare([UInt8](leftPiece), [UInt8](rightPiece), from: element, width: width)
    }
    return differences.result
  }

  private struct Differences {
    let name: String
    var first: (index: Int, left: [UInt8], right: [UInt8])?
    var count = 0

    var result: SourceComparison.ValueDifference? {
      first.map {
        SourceComparison.ValueDifference(
          name: name, firstIndex: $0.index, left: $0.left, right: $0.right, elementCount: count)
      }
    }

    mutating func add(_ index: Int, _ left: [UInt8], _ right: [UInt8]) {
      if first == nil { first = (index, left, right) }
      count += 1
    }

    mutating func compare(_ left: [UInt8], _ right: [UInt8], from element: Int, width: Int) {
      for index in 0..<min(left.count, right.count) / width {
        let range = (index * width)..<(index + 1) * width
        if left[range] != right[range] { add(element + index, Array(left[range]), Array(right[range])) }
      }
    }
  }
}
