public import Messages

/// A cursor over untrusted bytes: every read is checked against what is left.
///
/// Numbers are little-endian. Errors carry the offset in the *file*, which is `baseOffset` plus the position in the span.
package struct ByteReader: ~Escapable {
  /// All bytes, read or not.
  package let bytes: RawSpan
  /// Where the first byte of `bytes` is in its file.
  package let baseOffset: Int
  /// The position of the next read, from the start of `bytes`.
  package private(set) var position = 0

  /// Starts at the first byte of `bytes`.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, baseOffset: Int = 0) {
    self.bytes = bytes
    self.baseOffset = baseOffset
  }

  /// Bytes not read yet.
  package var remainingCount: Int { bytes.byteCount - position }

  /// Whether everything was read.
  package var isAtEnd: Bool { remainingCount == 0 }

  /// The offset of the next read in the file.
  package var offset: Int { baseOffset + position }

  /// Reads one fixed-width little-endian integer.
  package mutating func readLittleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self)
    throws(ByteError) -> T
  {
    let byteCount = MemoryLayout<T>.size
    try require(byteCount)
    // In range by the check above; the load is unaligned by design and every bit pattern is a valid integer.
    let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: T.self)
    position += byteCount
    return T(littleEndian: value)
  }

  /// Reads one LEB128 number of at most 64 bits.
  package mutating func readVarint() throws(ByteError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < bytes.byteCount else {
        throw ByteError(.endOfBytes(needed: 1, left: 0), offset: offset)
      }
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      position += 1
      if shift == 63, byte > 1 { throw ByteError(.varintTooLong, offset: baseOffset + start) }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// Reads a LEB128 number that must fit in 32 bits, as LevelDB's lengths do.
  package mutating func readVarint32() throws(ByteError) -> UInt32 {
    let start = offset
    guard let value = UInt32(exactly: try readVarint()) else { throw ByteError(.varintTooLong, offset: start) }
    return value
  }

  /// Reads a LEB128 number that will be used as a count or an offset.
  package mutating func readVarintCount() throws(ByteError) -> Int {
    let start = offset
    let value = try readVarint()
    guard let count = Int(exactly: value) else { throw ByteError(.tooLarge(value), offset: start) }
    return count
  }

  /// Takes the next `count` bytes without copying them.
  @_lifetime(copy self)
  package mutating func readBytes(_ count: Int) throws(ByteError) -> RawSpan {
    try require(count)
    let start = position
    position += count
    return bytes.extracting(start..<position)
  }

  /// Skips `count` bytes.
  package mutating func skip(_ count: Int) throws(ByteError) {
    try require(count)
    position += count
  }

  private func require(_ count: Int) throws(ByteError) {
    guard count >= 0, count <= remainingCount else {
      throw ByteError(.endOfBytes(needed: count, left: remainingCount), offset: offset)
    }
  }
}

/// What a `ByteReader` could not read, and where.
public struct ByteError: Error, Equatable, Sendable, MessageConvertible {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// Fewer bytes are left than the value needs.
    case endOfBytes(needed: Int, left: Int)
    /// A varint of more than its 64 (or 32) bits.
    case varintTooLong
    /// A count greater than any file can hold.
    case tooLarge(UInt64)
  }

  /// What went wrong.
  public let reason: Reason
  /// The offset in the file, in bytes.
  public let offset: Int

  /// An error at `offset` of the file.
  public init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The reason in words, without the place.
  public var message: Message {
    switch reason {
    case .endOfBytes(let needed, let left):
      "needs \(needed.counted("more byte")), but only \(left) \(left.noun("is", "are")) left"
    case .varintTooLong: "has a varint that is too long"
    case .tooLarge(let value): "declares a length or offset of \(value), more than any file can hold"
    }
  }
}
