import Bytes
import Foundation
import ProtobufWire

/// The parts of an ONNX model that tests look at, read with nothing but the wire format.
struct ParsedModel {
  /// An operation.
  struct Node: Equatable {
    var operation = ""
    var inputs: [String] = []
    var outputs: [String] = []
    /// Whole numbers by the attribute's name; floating-point numbers as their bits.
    var attributes: [String: [Int]] = [:]
  }

  /// A tensor: its type, its shape, and its elements or where they are.
  struct Initializer: Equatable {
    var type = 0
    var shape: [Int] = []
    var elements: [UInt8] = []
    var external: [String: String] = [:]
  }

  var version = 0
  var operatorSet = 0
  var nodes: [Node] = []
  var initializers: [String: Initializer] = [:]
  var inputs: [String] = []
  var outputs: [String] = []
  var metadata: [String: String] = [:]

  /// Reads a whole model.
  init(path: String) throws {
    for (field, value) in try Self.fields(of: [UInt8](Data(contentsOf: URL(filePath: path)))) {
      switch (field, value) {
      case (1, .number(let number)): version = number
      case (7, .bytes(let bytes)): try readGraph(bytes)
      case (8, .bytes(let bytes)):
        for case (2, .number(let number)) in try Self.fields(of: bytes) { operatorSet = number }
      case (14, .bytes(let bytes)):
        let entry = try Self.entry(bytes)
        metadata[entry.key] = entry.value
      default: break
      }
    }
  }

  private mutating func readGraph(_ bytes: [UInt8]) throws {
    for case (let field, .bytes(let part)) in try Self.fields(of: bytes) {
      switch field {
      case 1: nodes.append(try Self.node(part))
      case 5:
        let (name, tensor) = try Self.initializer(part)
        initializers[name] = tensor
      case 11: inputs.append(try Self.name(part))
      case 12: outputs.append(try Self.name(part))
      default: break
      }
    }
  }

  private static func name(_ bytes: [UInt8]) throws -> String {
    for case (1, .bytes(let name)) in try fields(of: bytes) { return text(name) }
    return ""
  }

  private static func node(_ bytes: [UInt8]) throws -> Node {
    var node = Node()
    for case (let field, .bytes(let part)) in try fields(of: bytes) {
      switch field {
      case 1: node.inputs.append(text(part))
      case 2: node.outputs.append(text(part))
      case 4: node.operation = text(part)
      case 5:
        node.attributes[try name(part)] = try fields(of: part).compactMap { field, value in
          if case .number(let number) = value, field != 20 { number } else { nil }
        }
      default: break
      }
    }
    return node
  }

  private static func initializer(_ bytes: [UInt8]) throws -> (String, Initializer) {
    var (name, tensor) = ("", Initializer())
    for (field, value) in try fields(of: bytes) {
      switch (field, value) {
      case (1, .number(let extent)): tensor.shape.append(extent)
      case (2, .number(let type)): tensor.type = type
      case (8, .bytes(let part)): name = text(part)
      case (9, .bytes(let part)): tensor.elements = part
      case (13, .bytes(let part)):
        let entry = try entry(part)
        tensor.external[entry.key] = entry.value
      default: break
      }
    }
    return (name, tensor)
  }

  private static func entry(_ bytes: [UInt8]) throws -> (key: String, value: String) {
    var (key, value) = ("", "")
    for case (let field, .bytes(let part)) in try fields(of: bytes) {
      if field == 1 { key = text(part) } else { value = text(part) }
    }
    return (key, value)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The value of a field.
  private enum Value {
    case number(Int)
    case bytes([UInt8])
  }

  private static func fields(of bytes: [UInt8]) throws -> [(UInt32, Value)] {
    var reader = WireReader(bytes.rawSpan)
    var fields: [(UInt32, Value)] = []
    while let tag = try reader.readTag() {
      switch tag.type {
      case .varint: fields.append((tag.number, .number(Int(truncatingIfNeeded: try reader.readVarint()))))
      case .fixed32: fields.append((tag.number, .number(Int(try reader.readFixed32()))))
      case .fixed64: try reader.skip(.fixed64)
      case .lengthDelimited: fields.append((tag.number, .bytes([UInt8](try reader.readPayload()))))
      }
    }
    return fields
  }
}
