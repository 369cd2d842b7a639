internal import Bytes
internal import Essentials
internal import Tensors

/// Walks two tensors of one shape side by side, in pieces. Each tensor is read by its own thread.
///
/// The widths of their elements may differ; the two spans of a step always hold the same elements.
enum PairedPieces {
  /// Bytes of a piece; it should stay in the processor's cache between reading, checksumming and comparing.
  private static let pieceByteCount = 1 << 18

  /// Calls `body` with the same elements of both, and the row-major number of the first of them.
  ///
  /// - Throws: what a source throws (a failed checksum only after the last piece), or what `body` throws.
  /// - Precondition: both dtypes have a width, and the shapes hold the same number of elements.
  static func forEach(
    _ leftTensor: TensorDescriptor, of left: any TensorSource, _ rightTensor: TensorDescriptor,
    of right: any TensorSource, _ body: (_ left: RawSpan, _ right: RawSpan, _ firstElement: Int) throws -> Void
  ) throws {
    guard let leftWidth = leftTensor.dtype.byteCount, let rightWidth = rightTensor.dtype.byteCount else {
      preconditionFailure("elements without a width are not compared in pieces")
    }
    // Small tensors are not worth a thread.
    if max(leftTensor.byteCount, rightTensor.byteCount) <= pieceByteCount {
      let (leftBytes, rightBytes) = (try left.readAll(leftTensor), try right.readAll(rightTensor))
      let count = min(leftBytes.count / leftWidth, rightBytes.count / rightWidth)
      try body(
        leftBytes.rawSpan.extracting(first: count * leftWidth),
        rightBytes.rawSpan.extracting(first: count * rightWidth), 0)
      return
    }
    let stream = PieceStream(rightTensor, of: right, pieceByteCount: pieceByteCount / leftWidth * rightWidth)
    defer { stream.cancel() }
    var element = 0
    // Sources cut pieces anywhere; the surplus of one waits for the other.
    var waiting: [UInt8] = []
    var used = 0
    try left.read(leftTensor, maximumByteCount: pieceByteCount) { piece in
      var done = 0
      while done < piece.byteCount {
        if used == waiting.count {
          guard let next = try stream.next() else { return }
          (waiting, used) = (next, 0)
          continue
        }
        let count = min((piece.byteCount - done) / leftWidth, (waiting.count - used) / rightWidth)
        // A source's pieces end at the ends of elements.
        guard count > 0 else { return }
        try body(
          piece.extracting(done..<(done + count * leftWidth)),
          waiting.rawSpan.extracting(used..<(used + count * rightWidth)), element)
        done += count * leftWidth
        used += count * rightWidth
        element += count
      }
    }
    // Reads the other stream to its end, where its last checksum is verified.
    while try stream.next() != nil {}
  }
}

extension RawSpan {
  /// Whether both hold the same bytes.
  func hasSameBytes(as other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    return unsafe withUnsafeBytes { left in
      unsafe other.withUnsafeBytes { right in
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
        // Both have `left.count` bytes.
        return unsafe memcmp(leftStart, rightStart, left.count) == 0
      }
    }
  }
}
