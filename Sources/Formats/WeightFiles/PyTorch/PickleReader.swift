internal import Bytes
internal import Files

/// A cursor over the bytes of a pickle, which are read through a window: payloads are located and not read.
struct PickleReader {
  let bytes: StoredBytes
  /// The position of the next byte.
  private(set) var position = 0
  private var window: [UInt8] = []
  private var windowStart = 0
  private var windowEnd = 0

  private static let windowByteCount = 1 << 16
  /// The longest line, which protocol 0 has for numbers, names and strings.
  private static let maximumLineByteCount = 1 << 24

  /// Starts at a position.
  init(_ bytes: StoredBytes, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// Bytes not read yet.
  var remainingCount: Int { bytes.byteCount - position }

  /// Reads a byte.
  mutating func readByte() throws -> UInt8 {
    if position >= windowEnd || position < windowStart { try fill() }
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// Reads a little-endian number of up to eight bytes, without a sign.
  mutating func readNumber(byteCount: Int) throws -> UInt64 {
    var number: UInt64 = 0
    for index in 0..<byteCount { number |= UInt64(try readByte()) << UInt64(8 * index) }
    return number
  }

  /// Reads a length of up to eight bytes, which must fit what is left.
  mutating func readLength(byteCount: Int) throws -> Int {
    let number = try readNumber(byteCount: byteCount)
    guard let length = Int(exactly: number), length <= remainingCount else {
      throw PyTorchDefect.cutShort(needed: number, left: remainingCount)
    }
    return length
  }

  /// Takes a payload without reading it.
  mutating func takePayload(_ byteCount: Int) throws -> StoredBytes {
    guard let part = try bytes.part(at: position, count: byteCount) else {
      throw PyTorchDefect.cutShort(needed: UInt64(byteCount), left: remainingCount)
    }
    position += byteCount
    return part
  }

  /// Reads a payload.
  mutating func readBytes(_ byteCount: Int) throws -> [UInt8] {
    // Short ones are nearly all there are, and nearly always in the window.
    if position >= windowStart, byteCount <= windowEnd - position {
      defer { position += byteCount }
      return Array(window[position - windowStart..<position - windowStart + byteCount])
    }
    guard byteCount <= remainingCount else {
      throw PyTorchDefect.cutShort(needed: UInt64(byteCount), left: remainingCount)
    }
    defer { position += byteCount }
    return try bytes.read(at: position, count: byteCount)
  }

  /// Reads text, of which what is not UTF-8 becomes replacement characters.
  mutating func readText(_ byteCount: Int) throws -> String {
    if position >= windowStart, byteCount <= windowEnd - position {
      defer { position += byteCount }
      return String(decoding: window[position - windowStart..<position - windowStart + byteCount], as: UTF8.self)
    }
    return String(decoding: try readBytes(byteCount), as: UTF8.self)
  }

  /// Reads up to the end of the line, which is dropped.
  mutating func readLine() throws -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let byte = try readByte()
      if byte == UInt8(ascii: "\n") { return line }
      guard line.count < Self.maximumLineByteCount else { throw PyTorchDefect.badOperand("a shorter line") }
      line.append(byte)
    }
  }

  private mutating func fill() throws {
    guard remainingCount > 0 else { throw PyTorchDefect.cutShort(needed: 1, left: 0) }
    let count = min(Self.windowByteCount, remainingCount)
    try bytes.read(at: position, count: count, into: &window)
    (windowStart, windowEnd) = (position, position + count)
  }
}
