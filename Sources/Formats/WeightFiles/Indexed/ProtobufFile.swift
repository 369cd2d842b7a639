internal import Bytes
internal import Files
internal import Messages
internal import ProtobufWire

/// Walks protobuf messages in a file through a window, and reads only what is requested.
///
/// Most of a model is payloads, which are skipped without being read. The window is small after a skip and grows
/// while bytes are read in order, so that a list of many large tensors costs few bytes for each.
/// - Source: Protocol Buffers, "Encoding".
final class ProtobufFile {
  /// What a field holds: a number, or where its payload is in the file.
  enum Payload {
    case number(UInt64)
    case fixed32(Range<Int>)
    case fixed64(Range<Int>)
    /// A message, a string, or packed numbers.
    case bytes(Range<Int>)
  }

  let file: InputFile
  private var window: [UInt8] = []
  private var windowRange = 0..<0

  private static let smallestWindow = 1 << 12
  private static let largestWindow = 1 << 18
  /// The most groups inside each other; protobuf's own limit.
  private static let maximumGroupDepth = 100
  /// The most bytes of a number.
  private static let maximumVarintByteCount = 10

  init(_ file: InputFile) {
    self.file = file
  }

  var wholeRange: Range<Int> { 0..<file.byteCount }

  /// Calls `body` for every field of the message in `range`, in file order. Groups are skipped, as every reader skips
  /// unknown ones.
  ///
  /// - Throws: `WeightFileDefect.wire` if the bytes are not a message, or what `body` throws.
  func forEachField(in range: Range<Int>, _ body: (_ field: UInt32, _ payload: Payload) throws -> Void) throws {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let start = offset
      let (field, type) = try readTag(at: &offset, end: range.upperBound)
      if type == WireCode.groupStart {
        try skipGroup(field, at: &offset, end: range.upperBound)
      } else {
        try body(field, readPayload(field, type, tagOffset: start, at: &offset, end: range.upperBound))
      }
    }
  }

  /// A text, with bytes that are not UTF-8 escaped.
  ///
  /// - Throws: `WireDefect.tooLarge` for a text that is longer than the limit.
  func text(in range: Range<Int>, limit: Int = 1 << 16) throws -> String {
    guard range.count <= limit else {
      throw WeightFileError(
        .wire(.tooLarge(byteCount: range.count, limit: limit)), file: file.path, offset: range.lowerBound)
    }
    try load(range)
    let start = range.lowerBound - windowRange.lowerBound
    return String(escapingInvalidUTF8: window[start..<start + range.count])
  }

  /// Calls `body` for every number in packed numbers.
  func forEachNumber(in range: Range<Int>, _ body: (UInt64) throws -> Void) throws {
    var offset = range.lowerBound
    while offset < range.upperBound { try body(readVarint(at: &offset, end: range.upperBound)) }
  }

  // MARK: - Parts of fields

  /// The wire types, groups included.
  private enum WireCode {
    static let varint: UInt8 = 0
    static let fixed64: UInt8 = 1
    static let bytes: UInt8 = 2
    static let groupStart: UInt8 = 3
    static let groupEnd: UInt8 = 4
    static let fixed32: UInt8 = 5
  }

  private func readTag(at offset: inout Int, end: Int) throws -> (field: UInt32, type: UInt8) {
    let start = offset
    let value = try readVarint(at: &offset, end: end)
    guard let tag = UInt32(exactly: value) else { throw error(.tagTooLarge(value), start) }
    guard tag >> 3 > 0 else { throw error(.fieldZero, start) }
    return (tag >> 3, UInt8(tag & 7))
  }

  private func readPayload(
    _ field: UInt32, _ type: UInt8, tagOffset: Int, at offset: inout Int, end: Int
  ) throws -> Payload {
    switch type {
    case WireCode.varint: return .number(try readVarint(at: &offset, end: end))
    case WireCode.fixed32: return .fixed32(try take(4, at: &offset, end: end))
    case WireCode.fixed64: return .fixed64(try take(8, at: &offset, end: end))
    case WireCode.bytes:
      let start = offset
      let declared = try readVarint(at: &offset, end: end)
      guard let count = Int(exactly: declared) else { throw error(.bytes(.tooLarge(declared)), start) }
      return .bytes(try take(count, at: &offset, end: end))
    default: throw error(.badWireType(type, field: field), tagOffset)
    }
  }

  /// Skips a group whose first tag was read, with the groups inside it.
  private func skipGroup(_ field: UInt32, at offset: inout Int, end: Int) throws {
    var open = [field]
    while let innermost = open.last {
      let start = offset
      let (field, type) = try readTag(at: &offset, end: end)
      switch type {
      case WireCode.groupStart:
        guard open.count < Self.maximumGroupDepth else { throw error(.tooDeep(limit: Self.maximumGroupDepth), start) }
        open.append(field)
      case WireCode.groupEnd where field == innermost: open.removeLast()
      default: _ = try readPayload(field, type, tagOffset: start, at: &offset, end: end)
      }
    }
  }

  private func take(_ count: Int, at offset: inout Int, end: Int) throws -> Range<Int> {
    guard count <= end - offset else { throw error(.bytes(.endOfBytes(needed: count, left: end - offset)), offset) }
    defer { offset += count }
    return offset..<offset + count
  }

  private func readVarint(at offset: inout Int, end: Int) throws -> UInt64 {
    let available = min(end - offset, Self.maximumVarintByteCount)
    try load(offset..<offset + available)
    let start = offset - windowRange.lowerBound
    var value: UInt64 = 0
    for index in 0..<available {
      let byte = window[start + index]
      // The tenth byte has room for one bit.
      if index == Self.maximumVarintByteCount - 1, byte > 1 { break }
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte < 0x80 {
        offset += index + 1
        return value
      }
    }
    throw error(
      .bytes(
        available == Self.maximumVarintByteCount
          ? .varintTooLong : .endOfBytes(needed: available + 1, left: available)),
      offset)
  }

  /// Makes the window hold `range`, which lies within the file.
  private func load(_ range: Range<Int>) throws {
    if windowRange.lowerBound <= range.lowerBound, range.upperBound <= windowRange.upperBound { return }
    let goesOn = windowRange.contains(range.lowerBound) || windowRange.upperBound == range.lowerBound
    let size = goesOn ? min(windowRange.count * 4, Self.largestWindow) : 0
    let count = min(max(size, Self.smallestWindow, range.count), file.byteCount - range.lowerBound)
    try file.read(at: range.lowerBound, count: count, into: &window)
    windowRange = range.lowerBound..<range.lowerBound + count
  }

  private func error(_ defect: WireDefect, _ offset: Int) -> WeightFileError {
    WeightFileError(.wire(defect), file: file.path, offset: offset)
  }
}
