internal import Messages

/// Which fields of a message hold messages: exactly those into which a parser will descend.
///
/// A parser generated from a schema treats every other length-delimited field as bytes, and so does the scan. It therefore
/// never refuses a file because a string in it happens to look like a deep message.
package protocol WireSchema {
  /// The schema of the message in a field, or nil if the field is unknown or holds something else.
  func message(inField number: UInt32) -> Self?

  /// Whether a message field may occur only once, so that a parser merges each that follows into those before it.
  func isSingular(field number: UInt32) -> Bool
}

extension WireSchema {
  /// False by default, for schemas that do not say.
  package func isSingular(field number: UInt32) -> Bool { false }
}

/// How much a message may cost.
package struct WireLimits: Sendable, Equatable {
  /// The most bytes of the whole message. TensorFlow itself writes at most 2 GiB − 1.
  package var maximumByteCount = Int(Int32.max)
  /// The deepest nesting of messages. The deepest that TensorFlow writes are functions in attributes, well below 20.
  package var maximumDepth = 64
  /// The most fields in all messages together. A field of two bytes can cost a parser a hundred bytes of memory, so the number
  /// of fields bounds memory better than the number of bytes; the largest graphs in use have about a million fields.
  package var maximumFieldCount = 16 << 20

  /// The most repetitions of singular messages inside one message. Each merge copies what is there, so a million of them in
  /// a few megabytes would take hours; TensorFlow writes none.
  package var maximumMergeCount = 64

  /// The limits that suit every file TensorFlow writes.
  package init() {}
}

/// A walk over a message before it goes to a parser without limits of its own (protobuf-c).
package enum WireScan {
  /// Checks size, depth and number of fields, and that every field of every message ends where it should.
  ///
  /// - Parameters:
  ///   - bytes: one whole message.
  ///   - schema: what the message is.
  ///   - limits: how much it may cost.
  ///   - baseOffset: where the message starts in its file.
  /// - Throws: `WireError` with the offset of the faulty field. Nothing is allocated.
  package static func check(
    _ bytes: RawSpan, as schema: some WireSchema, limits: WireLimits = WireLimits(), baseOffset: Int = 0
  ) throws(WireError) {
    guard bytes.byteCount <= limits.maximumByteCount else {
      throw WireError(.tooLarge(byteCount: bytes.byteCount, limit: limits.maximumByteCount), offset: baseOffset)
    }
    var fieldCount = 0
    try check(bytes, as: schema, limits: limits, baseOffset: baseOffset, depth: 1, fieldCount: &fieldCount)
  }

  /// Recurses at most `maximumDepth` times.
  private static func check(
    _ bytes: RawSpan, as schema: some WireSchema, limits: WireLimits, baseOffset: Int, depth: Int, fieldCount: inout Int
  ) throws(WireError) {
    guard depth <= limits.maximumDepth else {
      throw WireError(.tooDeep(limit: limits.maximumDepth), offset: baseOffset)
    }
    var reader = WireReader(bytes, baseOffset: baseOffset)
    // The singular messages seen so far, by number; numbers from 64 on, which no schema here has, are not counted.
    var seen: UInt64 = 0
    var mergeCount = 0
    while let tag = try reader.readTag() {
      fieldCount += 1
      guard fieldCount <= limits.maximumFieldCount else {
        throw WireError(.tooManyFields(limit: limits.maximumFieldCount), offset: reader.offset)
      }
      guard tag.type == .lengthDelimited, let inner = schema.message(inField: tag.number) else {
        try reader.skip(tag.type)
        continue
      }
      if tag.number < 64, schema.isSingular(field: tag.number) {
        if seen & 1 << UInt64(tag.number) != 0 { mergeCount += 1 }
        seen |= 1 << UInt64(tag.number)
        guard mergeCount <= limits.maximumMergeCount else {
          throw WireError(.tooManyMerges(field: tag.number, limit: limits.maximumMergeCount), offset: reader.offset)
        }
      }
      let payload = try reader.readPayload()
      try check(
        payload, as: inner, limits: limits, baseOffset: reader.offset - payload.byteCount, depth: depth + 1,
        fieldCount: &fieldCount)
    }
  }
}
