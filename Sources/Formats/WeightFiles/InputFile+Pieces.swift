internal import Bytes
internal import Files

extension InputFile {
  /// Reads a run of bytes, and hands it out in pieces: at least one, which may be empty.
  ///
  /// - Parameters:
  ///   - offset: where the run starts in the file.
  ///   - count: how many bytes it has.
  ///   - pieceByteCount: the most bytes of a piece; pieces are not larger than the buffers either.
  ///   - buffers: buffers for the pieces.
  ///   - body: receives each piece.
  /// - Throws: `FileError` if the file does not hold them, or what `body` throws.
  func readPieces(
    at offset: Int, count: Int, pieceByteCount: Int, buffers: BufferPool, _ body: (RawSpan) throws -> Void
  ) throws {
    let pieceByteCount = min(pieceByteCount, buffers.byteCount)
    var buffer = buffers.take()
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
  /// The size of the pieces that most readers ask for: a multiple of every element's width, and small enough for a core's cache.
  static let usualByteCount = 1 << 18
}
