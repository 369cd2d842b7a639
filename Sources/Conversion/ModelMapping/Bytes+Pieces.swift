internal import Bytes
package import Tensors

extension [UInt8] {
  /// Passes on elements that are in memory as `TensorSource.read` does: in order, in pieces that end at an element's
  /// end.
  ///
  /// - Parameters:
  ///   - dtype: the elements' dtype.
  ///   - maximumByteCount: the most bytes of a piece; a wider element is a separate piece.
  ///   - body: receives each piece; called once with an empty span if there are no elements.
  package func forEachPiece(of dtype: DType, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) rethrows {
    let width = Swift.max(1, dtype.byteCount ?? 1)
    let pieceByteCount = Swift.max(width, maximumByteCount / width * width)
    var start = 0
    repeat {
      let end = Swift.min(count, start + pieceByteCount)
      try body(rawSpan.extracting(start..<end))
      start = end
    } while start < count
  }
}
