internal import Bytes
internal import Files
internal import Messages
internal import ProtobufWire

/// Walks protobuf messages in a file through a window, and reads only what is requested.
///
/// A graph with its constants may be as large as 2 GiB. What is needed from it (names, operations, where the rest is) is small,
/// and a constant's payload is skipped without being read.
final class WireFile {
  /// What a field holds: a number, or where its payload is in the file.
  enum Payload {
    case number(UInt64)
    case range(Range<Int>)
  }

  let file: InputFile
  private var window: [UInt8] = []
  private var windowRange = 0..<0

  /// The number of bytes to read ahead.
  private static let windowByteCount = 1 << 18
  /// The number of payload bytes to read at a time.
  private static let pieceByteCount = 1 << 17
  /// The most bytes that a name or operation may have.
  static let maximumNameByteCount = 1 << 16

  init(_ file: InputFile) {
    self.file = file
  }

  var wholeRange: Range<Int> { 0..<file.byteCount }

  /// Calls `body` for every field of the message in `range`, in file order.
  func forEachField(
    in range: Range<Int>, _ body: (_ field: UInt32, _ payload: Payload) throws(MetaGraphError) -> Void
  ) throws(MetaGraphError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let tagOffset = offset
      let value = try readVarint(at: &offset, end: range.upperBound)
      let tag: WireTag
      do throws(WireDefect) {
        tag = try WireTag(parsing: value)
      } catch {
        throw MetaGraphError(.wire(error), file: file.path, offset: tagOffset)
      }
      switch tag.type {
      case .varint:
        try body(tag.number, .number(try readVarint(at: &offset, end: range.upperBound)))
      case .fixed32, .fixed64:
        let payload = try take(tag.type == .fixed32 ? 4 : 8, at: &offset, end: range.upperBound)
        try body(tag.number, .range(payload))
      case .lengthDelimited:
        let countOffset = offset
        let declared = try readVarint(at: &offset, end: range.upperBound)
        guard let count = Int(exactly: declared) else {
          throw MetaGraphError(.wire(.bytes(.tooLarge(declared))), file: file.path, offset: countOffset)
        }
        let payload = try take(count, at: &offset, end: range.upperBound)
        try body(tag.number, .range(payload))
      }
    }
  }

  /// Calls `body` for every attribute of a node that has a value. Keys that no caller looks for may be empty.
  ///
  /// NodeDef: 5 attributes, each with 1 its name and 2 its value.
  func forEachAttribute(
    of node: GraphNode, _ body: (_ key: String, _ value: Range<Int>) throws(MetaGraphError) -> Void
  ) throws(MetaGraphError) {
    try forEachField(in: node.range) { (field, payload) throws(MetaGraphError) in
      guard field == 5, case .range(let entry) = payload else { return }
      var key = ""
      var value: Range<Int>?
      try forEachField(in: entry) { (field, payload) throws(MetaGraphError) in
        guard case .range(let part) = payload else { return }
        if field == 1 { key = part.count < 64 ? try name(in: part) : "" }
        if field == 2 { value = part }
      }
      if let value { try body(key, value) }
    }
  }

  /// Calls `body` for each field in a range, like `forEachField`, but `body` may throw any error.
  func forEachFieldUntyped(in range: Range<Int>, _ body: (_ field: UInt32, _ payload: Payload) throws -> Void) throws {
    var failure: (any Error)?
    try forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      guard failure == nil else { return }
      do { try body(field, payload) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Reads a payload in pieces that fit the window.
  func forEachPiece(of range: Range<Int>, _ body: (RawSpan) throws -> Void) throws {
    var offset = range.lowerBound
    var buffer: [UInt8] = []
    while offset < range.upperBound {
      let count = try readPiece(at: offset, of: range, into: &buffer)
      try body(buffer.rawSpan.extracting(first: count))
      offset += count
    }
  }

  /// Reads the piece of a payload that starts at `offset`, and returns its number of bytes.
  func readPiece(at offset: Int, of range: Range<Int>, into buffer: inout [UInt8]) throws(FileError) -> Int {
    let count = min(Self.pieceByteCount, range.upperBound - offset)
    try file.read(at: offset, count: count, into: &buffer)
    return count
  }

  /// Reads a name.
  func name(in range: Range<Int>) throws(MetaGraphError) -> String {
    guard range.count <= Self.maximumNameByteCount else {
      throw MetaGraphError(
        .nameTooLong(byteCount: range.count, limit: Self.maximumNameByteCount), file: file.path,
        offset: range.lowerBound)
    }
    try load(range)
    let start = range.lowerBound - windowRange.lowerBound
    return String(escapingInvalidUTF8: window[start..<(start + range.count)])
  }

  /// The error for a known field that holds a different kind of value from the one in its message's definition.
  func wrongType(_ field: UInt32, _ payload: Payload, in range: Range<Int>) -> MetaGraphError {
    let (expected, found): (WireType, WireType) =
      switch payload {
      case .number: (.lengthDelimited, .varint)
      case .range: (.varint, .lengthDelimited)
      }
    return MetaGraphError(
      .wire(.unexpectedWireType(field: field, expected: expected, found: found)), file: file.path,
      offset: range.lowerBound)
  }

  private func take(_ count: Int, at offset: inout Int, end: Int) throws(MetaGraphError) -> Range<Int> {
    guard count <= end - offset else {
      throw MetaGraphError(
        .wire(.bytes(.endOfBytes(needed: count, left: end - offset))), file: file.path, offset: offset)
    }
    defer { offset += count }
    return offset..<(offset + count)
  }

  private func readVarint(at offset: inout Int, end: Int) throws(MetaGraphError) -> UInt64 {
    let available = offset..<min(end, offset + 10)
    try load(available)
    let start = offset - windowRange.lowerBound
    var value: UInt64 = 0
    for index in 0..<available.count {
      let byte = window[start + index]
      if index == 9, byte > 1 { break }
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte < 0x80 {
        offset += index + 1
        return value
      }
    }
    let reason: ByteError.Reason =
      available.count == 10 ? .varintTooLong : .endOfBytes(needed: available.count + 1, left: available.count)
    throw MetaGraphError(.wire(.bytes(reason)), file: file.path, offset: offset)
  }

  /// Makes the window hold `range`, which lies within the file.
  private func load(_ range: Range<Int>) throws(MetaGraphError) {
    if windowRange.lowerBound <= range.lowerBound, range.upperBound <= windowRange.upperBound { return }
    let count = min(max(Self.windowByteCount, range.count), file.byteCount - range.lowerBound)
    try MetaGraphError.wrap(file.path, file.read(at: range.lowerBound, count: count, into: &window))
    windowRange = range.lowerBound..<(range.lowerBound + count)
  }
}
