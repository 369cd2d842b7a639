/// Decodes compressed data piece by piece, in memory that does not depend on what the data declares.
package protocol StreamDecoder: AnyObject {
  /// Decodes as much as there is input and room for.
  ///
  /// - Parameters:
  ///   - input: compressed bytes.
  ///   - range: which of them come next; they are in `input`.
  ///   - output: receives decoded bytes, from its first on; there is room for at least one.
  /// - Returns: what was done, also if the data is damaged after that.
  func decode(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) -> DecodingStep
}

/// What one step of decoding did.
package struct DecodingStep: Equatable {
  /// Bytes of the input that need not be given again.
  package let used: Int
  /// Bytes of the output that were written.
  package let made: Int
  /// How it goes on.
  package let outcome: Outcome

  package enum Outcome: Equatable {
    /// The stream goes on.
    case unfinished
    /// The stream is complete; what follows is not a part of it.
    case complete
    /// The next bytes cannot be decoded.
    case failed(DecodingFailure)
  }
}

/// Why compressed data cannot be decoded.
package enum DecodingFailure: Error, Equatable {
  /// The data is damaged.
  case damaged
  /// The data needs more memory than `CompressionFormat.maximumWindowByteCount`.
  case windowTooLarge
  /// The data has an option that the library does not know.
  case unsupported
  /// The library got no memory.
  case noMemory
}

/// A form of compression that files have as a whole.
package enum CompressionFormat: String, Sendable, CaseIterable {
  case gzip, bzip2, xz
  case zstandard = "zstd"

  /// How far back data may refer, which is the memory that decoding takes: what every level of the standard programs needs.
  package static let maximumWindowByteCount = 1 << 27

  /// Starts a stream.
  package func makeDecoder() throws(DecodingFailure) -> any StreamDecoder {
    switch self {
    case .gzip:
      guard let decoder = Inflater(.gzip) else { throw .noMemory }
      return decoder
    case .bzip2: return try BZip2Decoder()
    case .xz: return try XZDecoder()
    case .zstandard: return try ZstandardDecoder()
    }
  }

  /// Whether bytes begin a stream, as far as they show it; for what follows a stream.
  package func isStart(_ bytes: ArraySlice<UInt8>) -> Bool {
    let magic: [UInt8] =
      switch self {
      case .gzip: [0x1f, 0x8b]
      case .bzip2: Array("BZh".utf8)
      case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
      // Skippable frames may follow, which have other beginnings.
      case .zstandard:
        bytes.count > 3 && bytes[bytes.startIndex] & 0xf0 == 0x50
          ? [bytes[bytes.startIndex], 0x2a, 0x4d, 0x18]
          : [0x28, 0xb5, 0x2f, 0xfd]
      }
    return bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count))
  }
}
