/// The value of one attribute of a node.
package indirect enum AttributeValue: Sendable, Equatable {
  /// No value, or an unknown kind.
  case none
  /// Bytes; usually text, such as a padding's `SAME`.
  case bytes([UInt8])
  /// A whole number.
  case integer(Int64)
  /// A floating-point number.
  case float(Float)
  /// A Boolean.
  case bool(Bool)
  /// An element type.
  case type(GraphType)
  /// A shape, which may be open.
  case shape(GraphShape)
  /// A constant.
  case tensor(TensorConstant)
  /// The name of a parameter of the function that the node is in.
  case placeholder(String)
  /// A function and its own attributes.
  case function(name: String, attributes: [String: AttributeValue])
  /// Several values of one kind.
  case list([AttributeValue])

  /// The bytes as text, if this is bytes.
  package var text: String? {
    if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
  }

  /// The constant, if this is one.
  package var tensor: TensorConstant? { if case .tensor(let constant) = self { constant } else { nil } }

  /// The shape, if this is one.
  package var shape: GraphShape? { if case .shape(let shape) = self { shape } else { nil } }

  /// The element type, if this is one.
  package var type: GraphType? { if case .type(let type) = self { type } else { nil } }

  /// The number, if this is a whole one.
  package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

  /// The number, if this is a floating-point one.
  package var float: Float? { if case .float(let value) = self { value } else { nil } }

  /// The Boolean, if this is one.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The numbers, if this is a list of whole ones, such as strides.
  package var integers: [Int64]? {
    guard case .list(let values) = self else { return nil }
    let integers = values.compactMap(\.integer)
    return integers.count == values.count ? integers : nil
  }
}
