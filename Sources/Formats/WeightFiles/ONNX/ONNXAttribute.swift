internal import Bytes
internal import Files
internal import Tensors

/// An attribute of a node, read as far as it is needed: what the value of a Constant node is.
///
/// - Source: `onnx.proto3`, `AttributeProto`; `docs/Operators.md`, Constant.
struct ONNXAttribute {
  let message: Range<Int>
  private(set) var name = ""
  private(set) var hasGraphs = false
  private(set) var tensor: ONNXTensor?
  private var number: UInt64 = 0
  private var float: Range<Int>?
  private var string: Range<Int>?
  private var floatCount = 0
  private var integerCount = 0
  private var stringCount = 0
  private var stringByteCount = 0

  /// Reads the fields of a message.
  init(in message: Range<Int>, of walk: ProtobufFile) throws {
    self.message = message
    try walk.forEachField(in: message) { field, payload in
      switch (field, payload) {
      case (1, .bytes(let range)): name = try walk.text(in: range)
      case (2, .fixed32(let range)): float = range
      case (3, .number(let value)): number = value
      case (4, .bytes(let range)): string = range
      case (5, .bytes(let range)): tensor = try ONNXTensor(in: range, of: walk)
      case (6, .bytes), (11, .bytes): hasGraphs = true
      case (7, .fixed32): floatCount += 1
      case (7, .bytes(let range)): floatCount += range.count / 4
      case (8, .number): integerCount += 1
      case (8, .bytes(let range)): try walk.forEachNumber(in: range) { _ in integerCount += 1 }
      case (9, .bytes(let range)):
        stringCount += 1
        stringByteCount += range.count
      default: break
      }
    }
  }

  /// Whether the attribute is the value of a Constant node.
  var isValue: Bool { Self.valueNames.contains(name) }

  private static let valueNames: Set<String> = [
    "value", "sparse_value", "value_float", "value_floats", "value_int", "value_ints", "value_string", "value_strings",
  ]

  /// The value as a tensor of a source.
  ///
  /// - Throws: `WeightFileDefect` if there is none.
  func element(named name: String, of file: InputFile, _ others: CompanionFiles) throws(WeightFileDefect)
    -> IndexedTensor
  {
    switch self.name {
    case "sparse_value": throw .onnx(.sparse)
    case "value_float":
      guard let float else { throw .onnx(.noData(field: "f")) }
      return IndexedTensor(
        name, .float32, try StridedArray(packed: .file(file, float), dtype: .float32, shape: .scalar))
    case "value_int":
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
      return IndexedTensor(name, .int64, try StridedArray(packed: .memory(bytes), dtype: .int64, shape: .scalar))
    case "value_floats": return try list(name, type: 1, field: 7, fieldName: "floats", count: floatCount, file)
    case "value_ints": return try list(name, type: 7, field: 8, fieldName: "ints", count: integerCount, file)
    case "value_string":
      let strings = ProtobufStrings(file: file, message: message, field: 4, count: 1, byteCount: string?.count ?? 0)
      return IndexedTensor(strings: name, .scalar, byteCount: strings.byteCount, strings.read)
    case "value_strings":
      let strings = ProtobufStrings(
        file: file, message: message, field: 9, count: stringCount, byteCount: stringByteCount)
      return IndexedTensor(strings: name, try Shape(checking: [stringCount]), byteCount: stringByteCount, strings.read)
    default:
      guard let tensor else { throw .onnx(.noData(field: "t")) }
      return try tensor.element(named: name, of: file, others)
    }
  }

  private func list(
    _ name: String, type: Int, field: UInt32, fieldName: String, count: Int, _ file: InputFile
  ) throws(WeightFileDefect) -> IndexedTensor {
    guard let type = ONNXDataType(type) else { throw .onnx(.unknownType(type)) }
    let list = type.list(
      name, in: message, of: file, field: field, named: fieldName, count: count, elementCount: count)
    return IndexedTensor(name, type.dtype, try Shape(checking: [count]), streamed: list.read)
  }
}
