import Foundation
import TestSupport

/// A protobuf message written by hand, field after field.
struct Message {
  private(set) var bytes: [UInt8] = []

  init(_ fields: Message...) {
    bytes = fields.flatMap(\.bytes)
  }

  init(_ fields: [Message]) {
    bytes = fields.flatMap(\.bytes)
  }

  static func number(_ field: Int, _ value: UInt64) -> Message {
    var message = Message()
    message.append(varint: UInt64(field) << 3)
    message.append(varint: value)
    return message
  }

  static func bytes(_ field: Int, _ value: [UInt8]) -> Message {
    var message = Message()
    message.append(varint: UInt64(field) << 3 | 2)
    message.append(varint: UInt64(value.count))
    message.bytes += value
    return message
  }

  static func text(_ field: Int, _ value: String) -> Message { bytes(field, Array(value.utf8)) }

  static func message(_ field: Int, _ inner: Message...) -> Message { bytes(field, Message(inner).bytes) }

  static func float(_ field: Int, _ value: Float) -> Message {
    var message = Message()
    message.append(varint: UInt64(field) << 3 | 5)
    message.bytes += packed([value])
    return message
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension Message {
  /// NodeDef as GraphDef's field 1.
  static func node(_ name: String, _ op: String, inputs: [String] = [], attributes: [(String, Message)] = []) -> Message
  {
    message(
      1, text(1, name), text(2, op), Message(inputs.map { text(3, $0) }),
      Message(attributes.map { message(5, text(1, $0.0), bytes(2, $0.1.bytes)) }))
  }

  /// TensorShapeProto's content.
  static func shape(_ dimensions: Int...) -> Message {
    Message(dimensions.map { message(2, number(1, UInt64(bitPattern: Int64($0)))) })
  }

  /// An entry of `collection_def` of VariableDefs.
  static func variables(_ collection: String, _ definitions: [Message]) -> Message {
    let list = Message(definitions.map { bytes(1, $0.bytes) })
    return message(4, text(1, collection), message(2, bytes(2, list.bytes)))
  }
}

/// A file that lives as long as a test needs it.
func withFile<Result>(_ bytes: [UInt8], extension name: String = "meta", _ body: (String) throws -> Result) throws
  -> Result
{
  let file = FileManager.default.temporaryDirectory.appending(path: "decant-\(UUID().uuidString).\(name)")
  defer { try? FileManager.default.removeItem(at: file) }
  try Data(bytes).write(to: file)
  return try body(file.path(percentEncoded: false))
}
