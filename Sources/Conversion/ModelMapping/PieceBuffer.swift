internal import Bytes

/// The bytes of a stream in one range of every period.
struct PeriodicPart {
  let period: Int
  let kept: Range<Int>
  var buffer: PieceBuffer
  /// Where the next byte is within its period.
  private var position = 0

  init(period: Int, kept: Range<Int>, buffer: PieceBuffer) {
    (self.period, self.kept, self.buffer) = (period, kept, buffer)
  }

  mutating func take(_ piece: RawSpan, _ body: (RawSpan) throws -> Void) throws {
    var start = 0
    while start < piece.byteCount {
      // Up to the end of the part, its beginning or the end of the period, whichever comes next.
      let isKept = kept.contains(position)
      let next = isKept ? kept.upperBound : position < kept.lowerBound ? kept.lowerBound : period
      let end = start + min(next - position, piece.byteCount - start)
      if isKept { try buffer.add(piece.extracting(start..<end), body) }
      position += end - start
      if position == period { position = 0 }
      start = end
    }
  }
}

/// Gathers bytes into pieces, so that a part of few bytes at a time is not passed on a few bytes at a time.
struct PieceBuffer {
  let maximumByteCount: Int
  private var bytes: [UInt8] = []

  init(maximumByteCount: Int) {
    self.maximumByteCount = maximumByteCount
  }

  mutating func add(_ span: RawSpan, _ body: (RawSpan) throws -> Void) throws {
    var start = 0
    while start < span.byteCount {
      let piece = span.extracting(start..<min(span.byteCount, start + maximumByteCount))
      start += piece.byteCount
      if bytes.isEmpty, piece.byteCount * 2 > maximumByteCount {
        try body(piece)
        continue
      }
      if bytes.count + piece.byteCount > maximumByteCount { try flush(body) }
      if bytes.capacity == 0 { bytes.reserveCapacity(maximumByteCount) }
      unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
  }

  mutating func flush(_ body: (RawSpan) throws -> Void) throws {
    guard !bytes.isEmpty else { return }
    try body(bytes.rawSpan)
    bytes.removeAll(keepingCapacity: true)
  }
}
