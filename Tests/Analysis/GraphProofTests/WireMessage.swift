import Bytes
import ProtobufWire
import TestSupport

/// A protobuf message taken apart into its fields, to be changed and put together again.
struct WireMessage {
  /// A field with its payload as it is written, without the count that stands before bytes.
  struct Field {
    var number: UInt32
    var type: WireType
    var payload: [UInt8]
  }

  var fields: [Field] = []

  init() {}

  init(parsing bytes: [UInt8]) throws {
    var reader = WireReader(bytes.rawSpan)
    while let tag = try reader.readTag() {
      switch tag.type {
      case .lengthDelimited:
        let payload = try reader.readPayload()
        fields.append(Field(number: tag.number, type: tag.type, payload: [UInt8](payload)))
      case .varint:
        fields.append(Field(number: tag.number, type: tag.type, payload: Varint.encode(try reader.readVarint())))
      case .fixed32:
        fields.append(Field(number: tag.number, type: tag.type, payload: packed([try reader.readFixed32()])))
      case .fixed64:
        fields.append(Field(number: tag.number, type: tag.type, payload: packed([try reader.readFixed64()])))
      }
    }
  }

  var bytes: [UInt8] {
    fields.flatMap { field in
      Varint.encode(UInt64(field.number) << 3 | UInt64(field.type.rawValue))
        + (field.type == .lengthDelimited ? Varint.encode(UInt64(field.payload.count)) : []) + field.payload
    }
  }

  /// The places of the fields of a number.
  func places(of number: UInt32) -> [Int] { fields.indices.filter { fields[$0].number == number } }

  func text(_ number: UInt32) -> String? {
    places(of: number).first.map { String(decoding: fields[$0].payload, as: UTF8.self) }
  }

  // MARK: - Making fields

  static func bytes(_ number: UInt32, _ payload: [UInt8]) -> Field {
    Field(number: number, type: .lengthDelimited, payload: payload)
  }

  static func text(_ number: UInt32, _ text: String) -> Field { bytes(number, Array(text.utf8)) }

  static func message(_ number: UInt32, _ fields: Field...) -> Field {
    var message = WireMessage()
    message.fields = fields
    return bytes(number, message.bytes)
  }

  static func varint(_ number: UInt32, _ value: Int64) -> Field {
    Field(number: number, type: .varint, payload: Varint.encode(UInt64(bitPattern: value)))
  }

  static func float(_ number: UInt32, _ value: Float) -> Field {
    Field(number: number, type: .fixed32, payload: packed([value]))
  }
}

extension WireMessage {
  // AttrValue: 1 list (3 whole numbers), 2 bytes, 3 whole number, 4 float, 5 yes or no, 7 shape, 8 tensor.

  static func integers(_ values: [Int64]) -> [Field] {
    [bytes(1, bytes(3, values.flatMap { Varint.encode(UInt64(bitPattern: $0)) }).written)]
  }

  static func tensor(float value: Float) -> [Field] { [message(8, varint(1, 1), bytes(2, []), float(5, value))] }

  /// int32 in one dimension.
  static func tensor(integers values: [Int64]) -> [Field] {
    let dimension = message(2, varint(1, Int64(values.count)))
    return [
      message(
        8, varint(1, 3), message(2, dimension), bytes(7, values.flatMap { Varint.encode(UInt64(bitPattern: $0)) }))
    ]
  }

  static func shape(_ extents: [Int64]) -> [Field] {
    var shape = WireMessage()
    shape.fields = extents.map { message(2, varint(1, $0)) }
    return [bytes(7, shape.bytes)]
  }
}

extension WireMessage.Field {
  /// The field alone, as a message of it.
  var written: [UInt8] {
    var message = WireMessage()
    message.fields = [self]
    return message.bytes
  }
}
