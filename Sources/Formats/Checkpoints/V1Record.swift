internal import Bytes
internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire
internal import SSTable
internal import Tensors

extension V1File.Record {
  /// Reads the values of a slice and passes them on as elements.
  mutating func readValues(
    name: [UInt8], slice: TensorSlice, dtype: DType, into sink: inout V1ValueSink, _ body: (RawSpan) throws -> Void
  ) throws {
    try forEachValueField(name: name, slice: slice, dtype: dtype) { stream, tag, end in
      try sink.take(&stream, tag, end, body)
    }
    try sink.finish(body)
  }

  /// Walks a `SavedTensorSlices` message to the fields that hold values.
  ///
  /// ```
  /// SavedTensorSlices { 2: SavedSlice { 1: name, 2: TensorSliceProto, 3: TensorProto { values } } }
  /// ```
  /// Messages are walked, not parsed, because the values may be as large as the file.
  ///
  /// - Parameters:
  ///   - name: the tensor's name, which the record must repeat.
  ///   - slice: the slice, which the record must repeat.
  ///   - dtype: the dtype, which the record's tensor must not contradict.
  ///   - body: called after the tag of each field of the `TensorProto`; it reads or skips the payload, which ends before
  ///     the given position.
  /// - Throws: `WireError`, `CheckpointDefect`, `TableError`, or what `body` throws.
  mutating func forEachValueField(
    name: [UInt8], slice: TensorSlice, dtype: DType,
    _ body: (inout BlockStream, WireTag, _ end: Int) throws -> Void
  ) throws {
    let end = stream.position + valueByteCount
    var hasData = false
    while let tag = try stream.readTag(before: end) {
      guard tag.number == 2, tag.type == .lengthDelimited else {
        try stream.skipField(tag.type, before: end)
        continue
      }
      let sliceEnd = try stream.enterPayload(before: end)
      while let tag = try stream.readTag(before: sliceEnd) {
        guard (1...3).contains(tag.number), tag.type == .lengthDelimited else {
          try stream.skipField(tag.type, before: sliceEnd)
          continue
        }
        let payloadEnd = try stream.enterPayload(before: sliceEnd)
        switch tag.number {
        case 1:
          let found = try stream.readShortBytes(before: payloadEnd)
          guard found == name else {
            throw CheckpointDefect.data(.otherName(String(escapingInvalidUTF8: found)))
          }
        case 2:
          let offset = stream.fileOffset
          let bytes = try stream.readShortBytes(before: payloadEnd)
          let found = try unsafe Tensorflow__TensorSliceProto.withUnpacked(bytes.rawSpan, baseOffset: offset) {
            unsafe TensorSlice($0)
          }
          guard found == slice else { throw CheckpointDefect.data(.otherSlice(found)) }
        default:
          hasData = true
          try forEachField(ofTensorBefore: payloadEnd, dtype: dtype, body)
        }
      }
    }
    guard hasData else { throw CheckpointDefect.data(.missing) }
  }

  private mutating func forEachField(
    ofTensorBefore end: Int, dtype: DType, _ body: (inout BlockStream, WireTag, _ end: Int) throws -> Void
  ) throws {
    while let tag = try stream.readTag(before: end) {
      // TensorFlow omits the dtype here; if it is present, it must be the same as in the list.
      if tag.number == 1, tag.type == .varint {
        let number = Int32(truncatingIfNeeded: try stream.readWireVarint(before: end))
        guard number == 0 || number == dtype.rawValue || number == dtype.rawValue + 100 else {
          throw CheckpointDefect.data(.otherDType(Int(number), expected: dtype))
        }
      } else {
        try body(&stream, tag, end)
      }
    }
  }
}

// MARK: - The wire format, in a stream

extension BlockStream {
  /// Reads a tag; nil at the message's end.
  mutating func readTag(before end: Int) throws -> WireTag? {
    guard position < end else { return nil }
    let start = fileOffset
    let value = try readWireVarint(before: end)
    do throws(WireDefect) {
      return try WireTag(parsing: value)
    } catch {
      throw WireError(error, offset: start)
    }
  }

  /// Reads a varint that ends before a position.
  mutating func readWireVarint(before end: Int) throws -> UInt64 {
    let offset = fileOffset
    let left = end - position
    let (value, byteCount) = try peek(minimum: 10) { bytes in
      var reader = ByteReader(bytes.extracting(first: min(left, bytes.byteCount)), baseOffset: offset)
      do throws(ByteError) {
        let value = try reader.readVarint()
        return (value, reader.position)
      } catch {
        throw WireError(error)
      }
    }
    try skip(byteCount)
    return value
  }

  /// Reads a payload's byte count, and returns the position of the payload's end.
  mutating func enterPayload(before end: Int) throws -> Int {
    let offset = fileOffset
    let declared = try readWireVarint(before: end)
    guard let count = Int(exactly: declared) else { throw WireError(.bytes(.tooLarge(declared)), offset: offset) }
    try require(count, before: end)
    return position + count
  }

  /// Skips a payload.
  mutating func skipField(_ type: WireType, before end: Int) throws {
    switch type {
    case .varint: _ = try readWireVarint(before: end)
    case .fixed32:
      try require(4, before: end)
      try skip(4)
    case .fixed64:
      try require(8, before: end)
      try skip(8)
    case .lengthDelimited: try skip(try enterPayload(before: end) - position)
    }
  }

  /// Reads a payload that may be no longer than a key.
  fileprivate mutating func readShortBytes(before end: Int) throws -> [UInt8] {
    let count = end - position
    guard count <= TableFormat.maximumKeyByteCount else {
      throw WireError(.tooLarge(byteCount: count, limit: TableFormat.maximumKeyByteCount), offset: fileOffset)
    }
    return try readBytes(count)
  }

  func require(_ count: Int, before end: Int) throws(WireError) {
    guard count <= end - position else {
      throw WireError(.bytes(.endOfBytes(needed: count, left: end - position)), offset: fileOffset)
    }
  }
}
