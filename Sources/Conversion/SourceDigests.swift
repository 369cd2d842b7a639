internal import Bytes
internal import Digests
internal import Tensors

/// SHA-256 of the files that a source is made of.
enum SourceDigests {
  private static let pieceByteCount = 1 << 17

  /// The digests of `files` in their order, in hexadecimal; zeros for a file that is missing.
  static func compute(_ files: [SourceFile], isCancelled: () -> Bool = { false }) throws -> [String] {
    var buffer: [UInt8] = []
    return try files.map { file in
      guard file.byteCount != nil else { return String(repeating: "0", count: 64) }
      let input = try InputFile(path: file.path)
      var sha = SHA256()
      var offset = 0
      while offset < input.byteCount, !isCancelled() {
        let count = min(pieceByteCount, input.byteCount - offset)
        try input.read(at: offset, count: count, into: &buffer)
        sha.update(buffer.rawSpan.extracting(first: count))
        offset += count
      }
      return sha.finish()
    }
  }
}
