internal import Bytes

/// Assembles a protobuf message, field by field.
///
/// The caller must omit fields that have their default value, as proto3 does.
package struct WireWriter: Sendable {
  /// The message so far.
  package private(set) var bytes: [UInt8] = []

  /// Starts an empty message.
  package init() {}

  /// Appends a number; a negative one takes ten bytes.
  package mutating func append(_ field: UInt32, varint value: Int) {
    appendTag(field, .varint)
    bytes += Varint.encode(UInt64(bitPattern: Int64(value)))
  }

  /// Appends a number unless it is 0.
  package mutating func append(_ field: UInt32, nonzero value: Int) {
    if value != 0 { append(field, varint: value) }
  }

  /// Appends four bytes.
  package mutating func append(_ field: UInt32, fixed32 value: UInt32) {
    appendTag(field, .fixed32)
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// Appends a string or a message, which may be empty.
  package mutating func append(_ field: UInt32, bytes value: some Collection<UInt8>) {
    append(field, lengthOf: value.count)
    bytes += value
  }

  /// Appends fields that are already encoded.
  package mutating func append(raw fields: some Sequence<UInt8>) {
    bytes += fields
  }

  /// Appends what comes before a string or a message of this many bytes, which the caller writes after it.
  package mutating func append(_ field: UInt32, lengthOf byteCount: Int) {
    appendTag(field, .lengthDelimited)
    bytes += Varint.encode(UInt64(byteCount))
  }

  private mutating func appendTag(_ field: UInt32, _ type: WireType) {
    bytes += Varint.encode(UInt64(field) << 3 | UInt64(type.rawValue))
  }
}
