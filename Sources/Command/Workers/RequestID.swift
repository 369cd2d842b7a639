internal import Bytes
package import Messages

/// What a driver calls a request; its answer carries the same.
package enum RequestID: Equatable, Sendable {
  /// A text.
  case text(String)
  /// An integer, as the digits that the driver wrote: it may be larger than any of ours.
  case integer(String)
  /// The request has none that can be read.
  case none

  /// Bytes that an ID may have; a path fits.
  static let maximumByteCount = 1 << 16

  /// Reads a string or an integer.
  ///
  /// - Throws: `JSONError`, or `RequestFailure` for anything else.
  init(_ reader: inout JSONReader) throws {
    if reader.peek() == UInt8(ascii: "\"") {
      self = .text(try reader.readString())
    } else {
      _ = reader.peek()
      let start = reader.position
      try reader.skipValue()
      let literal = reader.bytes[start..<reader.position]
      let digits = literal.first == UInt8(ascii: "-") ? literal.dropFirst() : literal
      guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw RequestFailure(.badRequest, "'id' is neither a string nor an integer. Give one of them.")
      }
      self = .integer(String(decoding: literal, as: UTF8.self))
    }
    guard byteCount <= Self.maximumByteCount else {
      self = .none
      throw RequestFailure(.badRequest, "'id' is longer than \(Self.maximumByteCount) bytes. Give a shorter one.")
    }
  }

  private var byteCount: Int {
    switch self {
    case .text(let text), .integer(let text): text.utf8.count
    case .none: 0
    }
  }

  /// The ID in an answer.
  package var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .integer(let digits): .digits(digits)
    case .none: .null
    }
  }
}
