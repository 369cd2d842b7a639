public import Bytes
public import Messages

/// Why bytes are not a protobuf message, or not one that is safe to parse.
public typealias WireError = LocatedError<WireDefect>

/// What can be wrong with a protobuf message.
public enum WireDefect: ErrorReason {
  /// A number or payload does not end within its message.
  case bytes(ByteError.Reason)
  /// A field with number 0.
  case fieldZero
  /// A tag with more than 32 bits.
  case tagTooLarge(UInt64)
  /// A group, which none of these messages has.
  case group(field: UInt32)
  /// Wire type 6 or 7.
  case badWireType(UInt8, field: UInt32)
  /// A field whose payload has a different layout from the one in its message's definition.
  case unexpectedWireType(field: UInt32, expected: WireType, found: WireType)
  /// The message is larger than the limit.
  case tooLarge(byteCount: Int, limit: Int)
  /// Messages are nested more deeply than the limit.
  case tooDeep(limit: Int)
  /// There are more fields, in all messages together, than the limit.
  case tooManyFields(limit: Int)
  /// A message that may occur once is repeated too often.
  case tooManyMerges(field: UInt32, limit: Int)
  /// The bytes are well-formed, but the parser rejected them.
  case refused(message: String)

  /// The reason, and what it means.
  public var sentence: Message { "the protobuf message \(words). The file is damaged, or is a different kind of file." }

  /// The reason as the end of a sentence about the message.
  public var words: Message {
    switch self {
    case .bytes(let reason): ByteError(reason, offset: 0).message
    case .fieldZero: "has a field with number 0"
    case .tagTooLarge(let value): "has a field tag of \(value), which does not fit in 32 bits"
    case .group(let field): "has a group in field \(field), but TensorFlow's messages have no groups"
    case .badWireType(let type, let field): "has the unknown wire type \(type) in field \(field); expected 0, 1, 2 or 5"
    case .unexpectedWireType(let field, let expected, let found):
      "has \(found.words) in field \(field), but \(expected.words) was expected"
    case .tooLarge(let byteCount, let limit): "has \(byteCount.counted("byte")); the limit is \(limit)"
    case .tooDeep(let limit): "nests messages more than \(limit) levels deep"
    case .tooManyFields(let limit): "has more than \(limit) fields"
    case .tooManyMerges(let field, let limit):
      "repeats field \(field), which may occur only once, more than \(limit) times"
    case .refused(let message): "is not a valid \(message)"
    }
  }
}

extension LocatedError<WireDefect> {
  /// Wraps an error of a `ByteReader`.
  package init(_ error: ByteError) {
    self.init(.bytes(error.reason), offset: error.offset)
  }
}
