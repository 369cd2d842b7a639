import MetaGraph
import Testing

@Suite("A constant of a graph")
struct TensorConstantTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    /// TensorProto without dtype and shape.
    let values: Message
    let dtype: UInt64
    let shape: Message
    let packed: [UInt8]?
    let scalar: Double?
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(
      name: "float32 content", values: .bytes(4, [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]), dtype: 1, shape: .shape(2),
      packed: [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], scalar: 1),
    Row(
      name: "float32 list, the last repeated", values: .float(5, 1), dtype: 1, shape: .shape(2),
      packed: [0, 0, 0x80, 0x3f, 0, 0, 0x80, 0x3f], scalar: 1),
    Row(name: "no values are zeros", values: Message(), dtype: 3, shape: .shape(1), packed: [0, 0, 0, 0], scalar: 0),
    Row(
      name: "int8 below zero", values: .bytes(7, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
      dtype: 6,
      shape: .shape(), packed: [0xff], scalar: -1),
    Row(
      name: "int64", values: .number(10, 300), dtype: 9, shape: .shape(), packed: [0x2c, 1, 0, 0, 0, 0, 0, 0],
      scalar: 300),
    Row(name: "uint16", values: .number(7, 65535), dtype: 17, shape: .shape(), packed: [0xff, 0xff], scalar: 65535),
    Row(name: "bool", values: .number(11, 1), dtype: 10, shape: .shape(2), packed: [1, 1], scalar: 1),
    Row(name: "float16", values: .number(13, 0x3c00), dtype: 19, shape: .shape(), packed: [0, 0x3c], scalar: 1),
    Row(name: "bfloat16", values: .number(13, 0x3f80), dtype: 14, shape: .shape(), packed: [0x80, 0x3f], scalar: 1),
    Row(name: "uint32", values: .number(16, 7), dtype: 22, shape: .shape(), packed: [7, 0, 0, 0], scalar: 7),
    Row(
      name: "float8 has no scalar", values: .bytes(18, [0x3c]), dtype: 24, shape: .shape(), packed: [0x3c], scalar: nil),
    Row(name: "empty", values: Message(), dtype: 1, shape: .shape(0), packed: [], scalar: nil),
    Row(name: "more values than elements", values: .number(7, 1), dtype: 3, shape: .shape(0), packed: nil, scalar: nil),
    Row(name: "an open extent", values: .number(7, 1), dtype: 3, shape: .shape(-1), packed: nil, scalar: 1),
    Row(name: "too large to fill", values: .float(5, 1), dtype: 1, shape: .shape(1 << 40), packed: nil, scalar: 1),
    Row(
      name: "product overflows", values: .float(5, 1), dtype: 1, shape: .shape(1 << 40, 1 << 40), packed: nil, scalar: 1
    ),
    Row(name: "ragged content", values: .bytes(4, [1, 2, 3]), dtype: 1, shape: .shape(2), packed: nil, scalar: nil),
    Row(name: "unknown dtype", values: .bytes(4, [1]), dtype: 99, shape: .shape(1), packed: nil, scalar: nil),
  ]

  @Test("is packed elements, filled up as TensorFlow does", arguments: rows)
  func packed(row: Row) throws {
    let tensor = Message(.number(1, row.dtype), .bytes(2, row.shape.bytes), row.values)
    let graph = Message(.message(2, .node("c", "Const", attributes: [("value", .bytes(8, tensor.bytes))])))
    try withFile(graph.bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      let constant = try #require(try graph.constant(of: graph.requireNode(named: "c")))
      #expect(constant.packedElements() == row.packed)
      #expect(constant.scalar == row.scalar)
    }
  }
}
