internal import ProtobufWire
internal import Tensors

extension ONNXGraph {
  /// The fields of a `GraphProto` that come before its initializers.
  func encodedStart() -> [UInt8] {
    var writer = WireWriter()
    for node in nodes { writer.append(1, bytes: node.encoded()) }
    writer.append(2, bytes: Array(name.utf8))
    return writer.bytes
  }

  /// The fields of a `GraphProto` that come after its initializers.
  func encodedEnd() -> [UInt8] {
    var writer = WireWriter()
    writer.append(10, bytes: Array(documentation.utf8))
    for input in inputs { writer.append(11, bytes: input.encoded()) }
    for output in outputs { writer.append(12, bytes: output.encoded()) }
    return writer.bytes
  }
}

extension ONNXGraph.Node {
  /// A `NodeProto`.
  fileprivate func encoded() -> [UInt8] {
    var writer = WireWriter()
    for input in inputs { writer.append(1, bytes: Array(input.utf8)) }
    for output in outputs { writer.append(2, bytes: Array(output.utf8)) }
    writer.append(3, bytes: Array(name.utf8))
    writer.append(4, bytes: Array(operation.utf8))
    for attribute in attributes { writer.append(5, bytes: attribute.encoded()) }
    return writer.bytes
  }
}

extension ONNXGraph.Attribute {
  /// An `AttributeProto`; field 20 repeats which kind of value it has.
  fileprivate func encoded() -> [UInt8] {
    var writer = WireWriter()
    writer.append(1, bytes: Array(name.utf8))
    switch value {
    case .float(let number):
      writer.append(2, fixed32: number.bitPattern)
      writer.append(20, varint: 1)
    case .integer(let number):
      writer.append(3, varint: number)
      writer.append(20, varint: 2)
    case .tensor(let number):
      var tensor = WireWriter()
      tensor.append(1, varint: 1)
      tensor.append(2, varint: ONNXDataType.float32)
      tensor.append(9, bytes: (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) })
      writer.append(5, bytes: tensor.bytes)
      writer.append(20, varint: 4)
    case .integers(let numbers):
      for number in numbers { writer.append(8, varint: number) }
      writer.append(20, varint: 7)
    }
    return writer.bytes
  }
}

extension ONNXGraph.Value {
  /// A `ValueInfoProto`: the name, the type of a tensor with its shape, and the documentation.
  fileprivate func encoded() -> [UInt8] {
    var shape = WireWriter()
    for axis in axes {
      var dimension = WireWriter()
      switch axis {
      case .exactly(let extent): dimension.append(1, varint: extent)
      case .named(let name): dimension.append(2, bytes: Array(name.utf8))
      }
      shape.append(1, bytes: dimension.bytes)
    }
    var tensor = WireWriter()
    tensor.append(1, nonzero: ONNXDataType.number(of: dtype) ?? 0)
    tensor.append(2, bytes: shape.bytes)
    var type = WireWriter()
    type.append(1, bytes: tensor.bytes)
    var writer = WireWriter()
    writer.append(1, bytes: Array(name.utf8))
    writer.append(2, bytes: type.bytes)
    writer.append(3, bytes: Array(documentation.utf8))
    return writer.bytes
  }
}
