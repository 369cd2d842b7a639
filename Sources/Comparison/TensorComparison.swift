internal import Bytes
internal import Tensors

/// Compares the values of two tensors of one dtype and shape.
enum TensorComparison {
  private static let pieceByteCount = 1 << 18

  /// The first difference and the number of elements that differ; nil where every bit agrees.
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
    // Small tensors are not worth a thread.
    if leftTensor.byteCount <= pieceByteCount {
      try differences.compare(left.readAll(leftTensor), right.readAll(rightTensor), from: 0, width: width)
      return differences.result
    }
    let stream = PieceStream(rightTensor, of: right, pieceByteCount: pieceByteCount / width * width)
    defer { stream.cancel() }
    var element = 0
    // Sources cut pieces where they like; what one has too much waits for the other.
    var rest: [UInt8] = []
    try left.read(leftTensor, maximumByteCount: pieceByteCount) { piece in
      while rest.count < piece.byteCount, let next = try stream.next() { rest += next }
      let count = min(rest.count, piece.byteCount)
      try differences.compare(
        [UInt8](piece.extracting(first: count)), Array(rest.prefix(count)), from: element, width: width)
      rest.removeFirst(count)
      element += count / width
    }
    // The end of the other stream, where its last checksum is compared.
    while try stream.next() != nil {}
    return differences.result
  }

  private struct Differences {
    let name: String
    private var first: (index: Int, left: [UInt8], right: [UInt8])?
    private var count = 0

    init(name: String) {
      self.name = name
    }

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

    mutating func compare(_ left: [UInt8], _ right: [UInt8], from element: Int, width: Int) throws {
      // Nearly always equal, which one comparison of memory tells.
      if left == right { return }
      for index in 0..<min(left.count, right.count) / width {
        let range = (index * width)..<(index + 1) * width
        if left[range] != right[range] { add(element + index, Array(left[range]), Array(right[range])) }
      }
    }
  }
}
