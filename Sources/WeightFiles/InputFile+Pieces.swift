internal import Bytes

extension InputFile {
  /// Reads bytes that lie in one piece, and hands them out in smaller ones; at least one, be it empty.
  ///
  /// - Parameters:
  ///   - offset: where they start in the file.
  ///   - count: how many they are.
  ///   - pieceByteCount: bytes of each piece but the last.
  ///   - buffers: buffers for pieces of the usual size.
  ///   - body: receives each piece.
  /// - Throws: `FileError` where the file does not hold them, or what `body` throws.
  func readPieces(
    at offset: Int, count: Int, pieceByteCount: Int, buffers: BufferPool, _ body: (RawSpan) throws -> Void
  ) throws {
    // Pieces of the usual size share their buffers.
    var buffer = pieceByteCount <= buffers.byteCount ? buffers.take() : []
    defer { buffers.give(buffer) }
    var done = 0
    repeat {
      let piece = min(pieceByteCount, count - done)
      try read(at: offset + done, count: piece, into: &buffer)
      try body(buffer.rawSpan.extracting(first: piece))
      done += piece
    } while done < count
  }
}

extension BufferPool {
  /// Bytes of the pieces that most readers ask for.
  static let usualByteCount = 1 << 18
}
