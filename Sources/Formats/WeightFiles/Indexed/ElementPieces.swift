internal import Bytes

/// Gathers the bytes of elements, however they come, into pieces that end where an element ends.
struct ElementPieces {
  /// The bytes that were appended.
  private(set) var byteCount = 0
  private var buffer: [UInt8] = []
  private let pieceByteCount: Int
  private static let maximumByteCount = 1 << 18

  /// - Parameters:
  ///   - maximumByteCount: the most bytes of a piece.
  ///   - width: the bytes of an element.
  init(upTo maximumByteCount: Int, width: Int) {
    pieceByteCount = max(1, min(maximumByteCount, Self.maximumByteCount) / width) * width
  }

  /// Appends bytes; `body` receives each piece that becomes full.
  mutating func append(_ bytes: RawSpan, _ body: (RawSpan) throws -> Void) throws {
    var done = 0
    while done < bytes.byteCount {
      let count = min(pieceByteCount - buffer.count, bytes.byteCount - done)
      // The buffer does not leave the closure.
      unsafe bytes.extracting(done..<done + count).withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
      done += count
      try handOutIfFull(body)
    }
    byteCount += bytes.byteCount
  }

  /// Appends the low bytes of a number, little-endian.
  mutating func append(_ number: UInt64, width: Int, _ body: (RawSpan) throws -> Void) throws {
    for index in 0..<width { buffer.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    byteCount += width
    try handOutIfFull(body)
  }

  /// Hands out the rest; an empty piece if nothing was appended.
  func finish(_ body: (RawSpan) throws -> Void) throws {
    if !buffer.isEmpty || byteCount == 0 { try body(buffer.rawSpan) }
  }

  private mutating func handOutIfFull(_ body: (RawSpan) throws -> Void) throws {
    guard buffer.count >= pieceByteCount else { return }
    try body(buffer.rawSpan)
    buffer.removeAll(keepingCapacity: true)
  }
}
