internal import Bytes
internal import Digests
internal import Files
internal import Essentials
internal import Threads
internal import Tensors

/// SHA-256 of the files that a source is made of, computed while the source is read.
///
/// SHA-256 is one chain through all bytes of a file and cannot be divided among threads, so nothing in a conversion
/// takes longer. Bytes that the source reads in the order of its files are hashed from memory; the rest is read here.
final class SourceHasher: ReadObserver, @unchecked Sendable {
  /// Bytes of a file that were copied when the source read them.
  private struct Piece {
    var offset: Int
    var bytes: [UInt8]
    var count: Int
  }

  /// Guards everything below; that is what makes the class `Sendable`.
  private let condition = Condition()
  /// The file that is being hashed, and the offset after the last byte that is hashed or waiting.
  private var path: String?
  private var end = 0
  private var waiting: [Piece] = []
  /// The offset after the last byte that a reader of the file has reached; nil if nobody is reading, or not in order.
  private var readerEnd: Int?

  private let files: [SourceFile]
  private let buffers = BufferPool(byteCount: pieceByteCount)

  private static let pieceByteCount = 1 << 19
  /// The most pieces that may wait. A reader that is faster than the hashing then waits too, and no byte is read from
  /// the disk twice.
  private static let maximumWaitingCount = 24
  /// The largest gap between two reads; its bytes are read again. After a larger gap, the reader has jumped and may not
  /// come back.
  private static let maximumGapByteCount = 1 << 16
  /// How far behind a reader may be before the hasher stops waiting for it: bytes that the reader reaches next need not
  /// be read here.
  private static let maximumLeadByteCount = 1 << 24
  /// The hasher does not wait longer than this for a reader.
  private static let patience = 0.01

  /// Nothing is hashed before `run`.
  init(_ files: [SourceFile]) {
    self.files = files
  }

  /// Hashes all files.
  ///
  /// - Returns: the digests in the order of the files, in hexadecimal; zeros for a file that is missing.
  /// - Throws: `FileError` if a file cannot be read.
  func run(isCancelled: () -> Bool = { false }) throws -> [String] {
    defer { begin(nil) }
    return try files.map { file in
      guard file.byteCount != nil else { return String(repeating: "0", count: 64) }
      let input = try InputFile(path: file.path)
      begin(file.path)
      var sha = SHA256()
      var buffer: [UInt8] = []
      var position = 0
      while position < input.byteCount, !isCancelled() {
        let piece = next(before: input.byteCount)
        var start = position
        // The bytes between two pieces, or all of a piece that has not been read.
        let readEnd = piece.bytes.isEmpty ? piece.offset + piece.count : piece.offset
        while start < readEnd {
          let count = min(Self.pieceByteCount, readEnd - start)
          try input.read(at: start, count: count, into: &buffer)
          sha.update(buffer.rawSpan.extracting(first: count))
          start += count
        }
        if !piece.bytes.isEmpty {
          sha.update(piece.bytes.rawSpan.extracting(first: piece.count))
          buffers.give(piece.bytes)
        }
        position = piece.offset + piece.count
      }
      return sha.finish()
    }
  }

  /// Keeps the next bytes of the file that is being hashed, and waits if too many pieces are already waiting.
  func didRead(_ bytes: RawSpan, at offset: Int, of path: String) {
    var taken = 0
    while taken < bytes.byteCount {
      condition.lock()
      while waiting.count >= Self.maximumWaitingCount, path == self.path { condition.wait() }
      defer { condition.unlock() }
      if path == self.path, taken == 0 {
        readerEnd = offset + bytes.byteCount
        condition.broadcast()
      }
      let skipped = max(taken, end - offset)
      guard path == self.path, skipped < bytes.byteCount, offset + skipped - end <= Self.maximumGapByteCount else {
        return
      }
      let count = min(Self.pieceByteCount, bytes.byteCount - skipped)
      var buffer = buffers.take()
      unsafe buffer.withUnsafeMutableBytes { buffer in
        // A buffer holds a piece.
        unsafe bytes.extracting(skipped..<skipped + count).withUnsafeBytes { unsafe buffer.copyMemory(from: $0) }
      }
      waiting.append(Piece(offset: offset + skipped, bytes: buffer, count: count))
      taken = skipped + count
      end = offset + taken
    }
  }

  /// Begins a file, or ends the hashing.
  private func begin(_ path: String?) {
    condition.lock()
    self.path = path
    end = 0
    waiting = []
    readerEnd = nil
    condition.broadcast()
    condition.unlock()
  }

  /// What to hash next: a waiting piece, or a range that must still be read, as a piece without bytes.
  private func next(before limit: Int) -> Piece {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty, let before = readerEnd, (end - Self.maximumLeadByteCount...end).contains(before) {
      let hasMore = condition.wait(seconds: Self.patience)
      if !hasMore, readerEnd == before { readerEnd = nil }
    }
    if !waiting.isEmpty {
      condition.broadcast()
      return waiting.removeFirst()
    }
    let start = end
    end = min(limit, start + Self.pieceByteCount)
    return Piece(offset: start, bytes: [], count: end - start)
  }
}
