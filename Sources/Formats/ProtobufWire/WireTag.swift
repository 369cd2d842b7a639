internal import Messages

/// How a field's payload is laid out.
///
/// - Source: Protocol Buffers, "Encoding". Groups (3 and 4) are not part of any message here, and 6 and 7 do not exist.
public enum WireType: UInt8, Sendable, Equatable {
  /// A LEB128 number.
  case varint = 0
  /// Eight bytes, little-endian.
  case fixed64 = 1
  /// A varint count of bytes, then the bytes: a message, a string, or packed numbers.
  case lengthDelimited = 2
  /// Four bytes, little-endian.
  case fixed32 = 5

  /// The layout as a noun.
  var words: Message {
    switch self {
    case .varint: "a varint"
    case .fixed64: "a 64-bit value"
    case .lengthDelimited: "a length-delimited value"
    case .fixed32: "a 32-bit value"
    }
  }
}

/// What comes before a field's payload: `varint(number << 3 | type)`.
package struct WireTag: Sendable, Equatable {
  /// The field's number in its message, from 1 to 2²⁹ − 1.
  package let number: UInt32
  /// How the payload is laid out.
  package let type: WireType

  /// The tag of field `number`.
  package init(number: UInt32, type: WireType) {
    self.number = number
    self.type = type
  }

  /// Takes a tag apart.
  ///
  /// - Throws: a reason for field 0, a number with more than 29 bits, a group, or a type that does not exist.
  package init(parsing value: UInt64) throws(WireDefect) {
    guard let value = UInt32(exactly: value) else { throw .tagTooLarge(value) }
    let number = value >> 3
    guard number > 0 else { throw .fieldZero }
    guard let type = WireType(rawValue: UInt8(value & 7)) else {
      throw value & 7 == 3 || value & 7 == 4 ? .group(field: number) : .badWireType(UInt8(value & 7), field: number)
    }
    self.init(number: number, type: type)
  }
}
