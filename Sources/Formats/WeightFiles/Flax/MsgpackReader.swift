internal import Bytes
internal import Files

/// Reads one msgpack value after another from a part of a file, through a window, so that long values stay in the file.
///
/// - Source: the msgpack specification, `spec.md`, at github.com/msgpack/msgpack.
struct MsgpackReader {
  /// The beginning of a value: all of a scalar; of the others, the number of bytes or of elements that follow.
  enum Head: Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    /// An integer above the largest that 64 bits with a sign hold.
    case unsigned(UInt64)
    case float(Double)
    case string(Int)
    case bytes(Int)
    case array(Int)
    case map(Int)
    case extended(type: Int8, byteCount: Int)
  }

  let file: InputFile
  /// Where the next byte is.
  private(set) var offset: Int
  private let end: Int
  private var window: [UInt8] = []
  private var windowStart = 0
  private var windowCount = 0

  private static let windowByteCount = 1 << 14

  /// Starts at the first byte of a range, which lies in the file.
  init(_ file: InputFile, range: Range<Int>) {
    self.file = file
    offset = range.lowerBound
    end = range.upperBound
  }

  var remainingCount: Int { end - offset }

  /// Reads the beginning of a value.
  ///
  /// - Throws: `FlaxDefect`, or `FileError` if the file cannot be read.
  mutating func readHead() throws -> Head {
    let byte = UInt8(truncatingIfNeeded: try readBits(1))
    switch byte {
    case 0x00...0x7f: return .integer(Int(byte))
    case 0x80...0x8f: return .map(Int(byte & 0x0f))
    case 0x90...0x9f: return .array(Int(byte & 0x0f))
    case 0xa0...0xbf: return .string(Int(byte & 0x1f))
    case 0xc0: return .null
    case 0xc2, 0xc3: return .bool(byte == 0xc3)
    case 0xc4...0xc6: return .bytes(try readCount(1 << (byte - 0xc4)))
    case 0xc7...0xc9:
      let byteCount = try readCount(1 << (byte - 0xc7))
      return .extended(type: Int8(truncatingIfNeeded: try readBits(1)), byteCount: byteCount)
    case 0xca: return .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try readBits(4)))))
    case 0xcb: return .float(Double(bitPattern: try readBits(8)))
    case 0xcc...0xcf:
      let bits = try readBits(1 << (byte - 0xcc))
      return Int(exactly: bits).map { .integer($0) } ?? .unsigned(bits)
    case 0xd0: return .integer(Int(Int8(truncatingIfNeeded: try readBits(1))))
    case 0xd1: return .integer(Int(Int16(truncatingIfNeeded: try readBits(2))))
    case 0xd2: return .integer(Int(Int32(truncatingIfNeeded: try readBits(4))))
    case 0xd3: return .integer(Int(Int64(bitPattern: try readBits(8))))
    case 0xd4...0xd8:
      return .extended(type: Int8(truncatingIfNeeded: try readBits(1)), byteCount: 1 << (byte - 0xd4))
    case 0xd9...0xdb: return .string(try readCount(1 << (byte - 0xd9)))
    case 0xdc, 0xdd: return .array(try readCount(2 << (byte - 0xdc)))
    case 0xde, 0xdf: return .map(try readCount(2 << (byte - 0xde)))
    case 0xe0...0xff: return .integer(Int(Int8(bitPattern: byte)))
    default: throw FlaxDefect.badByte(byte)
    }
  }

  /// Reads bytes.
  ///
  /// - Precondition: the caller has a limit for the count.
  mutating func readBytes(_ count: Int) throws -> [UInt8] {
    try require(count)
    let bytes: [UInt8]
    if count <= Self.windowByteCount {
      try fillWindow(count)
      let start = offset - windowStart
      bytes = Array(window[start..<start + count])
    } else {
      bytes = try file.read(at: offset, count: count)
    }
    offset += count
    return bytes
  }

  /// Skips bytes, and returns where they are.
  mutating func skip(_ count: Int) throws(FlaxDefect) -> Range<Int> {
    try require(count)
    offset += count
    return offset - count..<offset
  }

  /// A big-endian number of 1, 2, 4 or 8 bytes.
  private mutating func readBits(_ byteCount: Int) throws -> UInt64 {
    try require(byteCount)
    try fillWindow(byteCount)
    let start = offset - windowStart
    offset += byteCount
    return window[start..<start + byteCount].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func readCount(_ byteCount: Int) throws -> Int { Int(truncatingIfNeeded: try readBits(byteCount)) }

  private func require(_ count: Int) throws(FlaxDefect) {
    guard count <= remainingCount else { throw .cutShort(needed: count, left: remainingCount) }
  }

  /// Makes the window hold the next bytes, of which there are as many.
  private mutating func fillWindow(_ count: Int) throws(FileError) {
    guard offset < windowStart || offset + count > windowStart + windowCount else { return }
    windowCount = min(Self.windowByteCount, end - offset)
    try file.read(at: offset, count: windowCount, into: &window)
    windowStart = offset
  }
}
