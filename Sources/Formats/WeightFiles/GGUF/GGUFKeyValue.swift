internal import Bytes
internal import Files
internal import Messages

/// One key-value of a GGUF model, where a file has it.
struct GGUFKeyValue: Sendable {
  let key: String
  /// The value as `GGUFValueReader` shows it.
  let text: String
  /// Whether the text has all that the value has; a long array is only counted.
  let isWhole: Bool
  let file: InputFile
  /// The bytes of the length of the key, the key, the type of the value and the value.
  let range: Range<Int>
  let isBigEndian: Bool

  private static let pieceByteCount = 1 << 16

  /// Hands out the bytes as a little-endian file has them, in pieces. They are as many as in the source.
  ///
  /// - Throws: what `body` throws, or an error of the source if its file changed.
  func forEachPiece(_ body: (RawSpan) throws -> Void) throws {
    guard isBigEndian else { return try copy(range, body) }
    var swap = GGUFByteSwap(self)
    try swap.run { piece in try body(piece) }
  }

  /// Hands out bytes as they are in the file.
  func copy(_ bytes: Range<Int>, _ body: (RawSpan) throws -> Void) throws {
    for start in stride(from: bytes.lowerBound, to: bytes.upperBound, by: Self.pieceByteCount) {
      let count = min(Self.pieceByteCount, bytes.upperBound - start)
      let piece = try file.read(at: start, count: count)
      try body(piece.rawSpan)
    }
  }
}

extension GGUFKeyValue: Equatable {
  /// Whether both are the same bytes of the same file.
  static func == (left: Self, right: Self) -> Bool {
    left.key.equalsInBytes(right.key) && left.file === right.file && left.range == right.range
  }
}

/// Turns a key-value of a big-endian file into little-endian bytes.
private struct GGUFByteSwap {
  private let keyValue: GGUFKeyValue
  private var cursor: GGUFCursor
  /// What was not handed out yet.
  private var bytes: [UInt8] = []

  private static let pieceByteCount = 1 << 16

  init(_ keyValue: GGUFKeyValue) {
    self.keyValue = keyValue
    cursor = GGUFCursor(keyValue.file)
    cursor.skip(keyValue.range.lowerBound)
    cursor.isBigEndian = true
  }

  mutating func run(_ body: (RawSpan) throws -> Void) throws {
    try swapText(body)
    try swapValue(swapType(), depth: 0, body)
    // Each number and text was checked when the file was opened, so another length means another content.
    guard cursor.position == keyValue.range.upperBound else { throw FileError(.changed, file: keyValue.file.path) }
    try flush(body)
  }

  private mutating func swapValue(_ type: GGUFValueType, depth: Int, _ body: (RawSpan) throws -> Void) throws {
    switch type {
    case .string: try swapText(body)
    case .array: try swapArray(depth: depth + 1, body)
    default:
      switch type.byteCount {
      case 1: try swapNumber(UInt8.self)
      case 2: try swapNumber(UInt16.self)
      case 4: try swapNumber(UInt32.self)
      default: try swapNumber(UInt64.self)
      }
      if bytes.count >= Self.pieceByteCount { try flush(body) }
    }
  }

  private mutating func swapArray(depth: Int, _ body: (RawSpan) throws -> Void) throws {
    guard depth <= GGUFValueReader.maximumDepth else {
      throw cursor.error(.tooDeep(key: keyValue.key, limit: GGUFValueReader.maximumDepth))
    }
    let type = try swapType()
    let count = try cursor.readCount(UInt64.self, ofBytes: type.byteCount, what)
    append(UInt64(count))
    for _ in 0..<count { try swapValue(type, depth: depth, body) }
  }

  private mutating func swapType() throws -> GGUFValueType {
    let number = try cursor.read(UInt32.self, what)
    guard let type = GGUFValueType(rawValue: number) else {
      throw cursor.error(.valueType(key: keyValue.key, number))
    }
    append(number)
    return type
  }

  /// Swaps the length of a text; its bytes have no order.
  private mutating func swapText(_ body: (RawSpan) throws -> Void) throws {
    let count = try cursor.readCount(UInt64.self, what)
    append(UInt64(count))
    try flush(body)
    try keyValue.copy(cursor.position..<cursor.position + count, body)
    cursor.skip(count)
  }

  private mutating func swapNumber<Number: UnsignedInteger & FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws {
    append(try cursor.read(type, what))
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private mutating func flush(_ body: (RawSpan) throws -> Void) throws {
    try body(bytes.rawSpan)
    bytes.removeAll(keepingCapacity: true)
  }

  private var what: Message { "the value of '\(keyValue.key)'" }
}
