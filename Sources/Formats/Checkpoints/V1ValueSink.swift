internal import Bytes
internal import ProtobufWire
internal import SSTable
internal import Tensors

/// Turns the value fields of a record into elements, and passes them on in pieces.
///
/// Values are packed in one run or several, or come one by one. A packed run of floats is passed on as it is in the file.
struct V1ValueSink {
  private let values: V1Values
  /// The expected count of numbers: one for each element, or two if elements are complex.
  private let expected: Int
  private let elementWidth: Int
  private let pieceByteCount: Int
  private let buffers: BufferPool
  /// The count of numbers so far. Those beyond the expected ones are counted, but not passed on.
  private var count = 0
  /// Numbers that had to be converted or collected before they can be passed on.
  private var buffer: [UInt8] = []
  private var used = 0
  private var handedOn = false

  /// - Parameters:
  ///   - values: how the dtype is stored.
  ///   - elementCount: elements of the slice.
  ///   - elementWidth: bytes of an element.
  ///   - maximumByteCount: bytes of a piece, at least 16.
  ///   - buffers: lends a buffer where values are converted.
  init(values: V1Values, elementCount: Int, elementWidth: Int, maximumByteCount: Int, buffers: BufferPool) {
    self.values = values
    self.elementWidth = elementWidth
    self.buffers = buffers
    // This cannot overflow: an element has at least as many bytes as numbers, and the bytes of all elements were counted.
    expected = elementCount * (values.encoding == .fixed ? elementWidth / values.width : 1)
    let limit = min(maximumByteCount, buffers.byteCount)
    pieceByteCount = limit - limit % elementWidth
  }

  /// Takes one field of the `TensorProto`.
  mutating func take(_ stream: inout BlockStream, _ tag: WireTag, _ end: Int, _ body: (RawSpan) throws -> Void) throws {
    if tag.number == V1Values.contentField, tag.type == .lengthDelimited {
      let runEnd = try stream.enterPayload(before: end)
      return try takeFixed(&stream, runEnd - stream.position, width: elementWidth, body)
    }
    guard tag.number == values.field else { return try stream.skipField(tag.type, before: end) }
    switch (values.encoding, tag.type) {
    case (.fixed, .lengthDelimited), (.bytes, .lengthDelimited):
      let runEnd = try stream.enterPayload(before: end)
      try takeFixed(&stream, runEnd - stream.position, width: values.width, body)
    case (.fixed, .fixed32) where values.width == 4, (.fixed, .fixed64) where values.width == 8:
      try stream.require(values.width, before: end)
      try takeFixed(&stream, values.width, width: values.width, body)
    case (.varint, .lengthDelimited), (.unsignedVarint, .lengthDelimited), (.bool, .lengthDelimited):
      let runEnd = try stream.enterPayload(before: end)
      while stream.position < runEnd { try takeVarints(&stream, before: runEnd, limit: .max, body) }
    case (.varint, .varint), (.unsignedVarint, .varint), (.bool, .varint):
      try takeVarints(&stream, before: end, limit: 1, body)
    default:
      // With another wire type, these are not values of this dtype, so the count will show that they are missing.
      try stream.skipField(tag.type, before: end)
    }
  }

  /// Passes on what is left.
  ///
  /// - Throws: `CheckpointDefect.data(.badValueCount)` if there were too many or too few.
  mutating func finish(_ body: (RawSpan) throws -> Void) throws {
    guard count == expected else { throw CheckpointDefect.data(.badValueCount(expected: expected, found: count)) }
    try flush(body)
    if !handedOn { try body([UInt8]().rawSpan) }
    buffers.give(buffer)
    buffer = []
  }

  // MARK: -

  /// Takes a run of numbers that have the same width as in the tensor.
  private mutating func takeFixed(
    _ stream: inout BlockStream, _ byteCount: Int, width: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    guard byteCount % width == 0 else {
      throw CheckpointDefect.data(.raggedRun(byteCount: byteCount, width: width))
    }
    // tensor_content holds whole elements; value fields hold the numbers that elements are made of.
    count += byteCount / values.width
    guard count <= expected else { return try stream.skip(byteCount) }
    let end = stream.position + byteCount
    if used == 0, byteCount % elementWidth == 0 {
      while stream.position < end {
        let limit = min(pieceByteCount, end - stream.position)
        let taken = try stream.peek(minimum: elementWidth) { bytes in
          let available = min(bytes.byteCount, limit)
          let taken = available - available % elementWidth
          if taken > 0 { try body(bytes.extracting(first: taken)) }
          return taken
        }
        // Only whole elements are left, and the stream holds as many bytes as it was asked for.
        guard taken > 0 else { throw CheckpointDefect.data(.raggedRun(byteCount: byteCount, width: elementWidth)) }
        handedOn = true
        try stream.skip(taken)
      }
      return
    }
    while stream.position < end {
      if used == pieceByteCount { try flush(body) }
      prepareBuffer()
      let bytes = try stream.readBytes(min(pieceByteCount - used, end - stream.position))
      buffer.replaceSubrange(used..<used + bytes.count, with: bytes)
      used += bytes.count
    }
  }

  /// Takes varints up to the end of what the stream has in memory.
  private mutating func takeVarints(
    _ stream: inout BlockStream, before end: Int, limit: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    if used + values.width > pieceByteCount { try flush(body) }
    prepareBuffer()
    let left = end - stream.position
    let offset = stream.fileOffset
    let consumed = try stream.peek(minimum: 10) { bytes in
      let available = min(left, bytes.byteCount)
      var reader = ByteReader(bytes.extracting(first: available), baseOffset: offset)
      var taken = 0
      while taken < limit, !reader.isAtEnd, used + values.width <= pieceByteCount {
        // The rest of a number may still be in the file.
        if taken > 0, available < left, reader.remainingCount < 10 { break }
        let value: UInt64
        do throws(ByteError) {
          value = try reader.readVarint()
        } catch {
          throw WireError(error)
        }
        count += 1
        taken += 1
        if count <= expected { try append(value) }
      }
      return reader.position
    }
    try stream.skip(consumed)
  }

  private mutating func append(_ value: UInt64) throws {
    var bits = value
    switch values.encoding {
    case .varint(let range):
      // Protobuf reads the low 32 bits of an int32. Only int64 and uint32 have more.
      let signed =
        values.field == 7 || values.field == 13 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
      guard range.contains(signed) else { throw CheckpointDefect.data(.valueOutOfRange(signed, values.dtype)) }
      bits = UInt64(bitPattern: signed)
    case .bool: bits = value == 0 ? 0 : 1
    default: break
    }
    for index in 0..<values.width {
      buffer[used + index] = UInt8(truncatingIfNeeded: bits)
      bits >>= 8
    }
    used += values.width
  }

  private mutating func prepareBuffer() {
    if buffer.isEmpty { buffer = buffers.take() }
  }

  private mutating func flush(_ body: (RawSpan) throws -> Void) throws {
    guard used > 0 else { return }
    try body(buffer.rawSpan.extracting(first: used))
    handedOn = true
    used = 0
  }
}
