internal import Bytes
internal import Files
internal import Messages

/// A position in the part of a GGUF model before the data. Nothing declares its length, so every read is checked.
struct GGUFCursor {
  let file: InputFile
  /// The offset of the next read.
  private(set) var position = 0
  /// Whether numbers are big-endian.
  var isBigEndian = false
  /// The bytes of names and texts that were read.
  private var textByteCount = 0
  private var window: [UInt8] = []
  private var windowStart = 0

  private static let windowByteCount = 1 << 16
  /// Far more than the largest vocabulary's texts that are kept, and Decant's own digests of 100,000 tensors.
  static let maximumTextByteCount = 1 << 27

  init(_ file: InputFile) { self.file = file }

  /// The bytes after the position.
  var left: Int { file.byteCount - position }

  /// An error at the position.
  func error(_ defect: GGUFDefect, at offset: Int? = nil, tensor: String? = nil) -> WeightFileError {
    WeightFileError(.gguf(defect), file: file.path, offset: offset ?? position, tensor: tensor)
  }

  /// Checks that something has room in the rest of the file.
  ///
  /// - Returns: the number of things.
  func require(_ count: UInt64, ofBytes byteCount: Int = 1, _ what: Message) throws -> Int {
    let (needed, overflow) = count.multipliedReportingOverflow(by: UInt64(byteCount))
    guard !overflow, needed <= UInt64(left) else {
      if count.hasReplacementCharacter(isBigEndian: isBigEndian) { throw error(.replacedBytes(what: what)) }
      throw error(.pastEnd(what: what, needed: overflow ? .max : needed, left: left))
    }
    return Int(count)
  }

  /// Reads a number.
  mutating func read<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, _ what: Message) throws -> Number
  {
    let width = MemoryLayout<Number>.size
    _ = try require(UInt64(width), what)
    try fill(width)
    let start = position - windowStart
    // In range: the window holds `width` bytes from the position on.
    let bits = unsafe window.rawSpan.unsafeLoadUnaligned(fromByteOffset: start, as: type)
    position += width
    return isBigEndian ? Number(bigEndian: bits) : Number(littleEndian: bits)
  }

  /// Reads the number of things that follow, and checks that they have room in the rest of the file.
  mutating func readCount<Number: UnsignedInteger & FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, ofBytes byteCount: Int = 1, _ what: Message
  ) throws -> Int {
    let count = UInt64(try read(type, what))
    return try require(count, ofBytes: byteCount, what)
  }

  /// Reads a text and its length. Bytes that are not UTF-8 are escaped.
  mutating func readText(_ what: Message) throws -> String {
    let count = try readCount(UInt64.self, what)
    textByteCount += count
    guard textByteCount <= Self.maximumTextByteCount else {
      throw error(.headerTooLong(limit: Self.maximumTextByteCount))
    }
    defer { position += count }
    guard count <= Self.windowByteCount else {
      return String(escapingInvalidUTF8: try file.read(at: position, count: count))
    }
    try fill(count)
    return String(escapingInvalidUTF8: window[position - windowStart..<position - windowStart + count])
  }

  /// Skips bytes.
  ///
  /// - Precondition: `require` was asked for them.
  mutating func skip(_ count: Int) { position += count }

  /// Makes the window hold bytes from the position on; the file has them.
  private mutating func fill(_ count: Int) throws {
    if position >= windowStart, position - windowStart <= window.count - count { return }
    window = try file.read(at: position, count: min(Self.windowByteCount, left))
    windowStart = position
  }
}

extension UInt64 {
  /// Whether some of the bytes are EF BF BD, in the order of the file.
  fileprivate func hasReplacementCharacter(isBigEndian: Bool) -> Bool {
    let bytes = isBigEndian ? byteSwapped : self
    return (0...5).contains { bytes >> (8 * UInt64($0)) & 0xff_ffff == 0xbd_bfef }
  }
}
