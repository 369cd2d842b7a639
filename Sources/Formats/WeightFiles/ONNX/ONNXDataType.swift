internal import Bytes
internal import Files
internal import Tensors

/// How ONNX stores the elements of a type, one row each.
///
/// - Source: ONNX 1.23 `onnx.proto3`, `TensorProto.DataType` and the comments on the `_data` fields; `numpy_helper.py`.
struct ONNXDataType: Sendable {
  let name: String
  let dtype: DType
  /// The field of `TensorProto` that has the elements if `raw_data` has not.
  let field: UInt32
  let coding: ProtobufList.Coding

  /// The bits of one element where elements are stored: less than 8 if several share a byte.
  var bits: Int {
    switch dtype {
    case .int4, .uint4, .float4e2m1fn: 4
    case .int2, .uint2: 2
    default: 8 * (dtype.byteCount ?? 1)
    }
  }

  /// How elements that share a byte become bytes; nil for others.
  var decoding: ElementDecoding? {
    let isSigned = dtype.kind == .signedInteger
    return switch bits {
    case 4: .nibbles(isSigned: isSigned)
    case 2: .quarters(isSigned: isSigned)
    default: nil
    }
  }

  /// The bytes of elements as `raw_data` stores them; nil if they cannot be counted.
  func storedByteCount(_ shape: Shape) -> Int? {
    shape.elementCount.multipliedChecked(by: bits)?.addingChecked(7).map { $0 / 8 }
  }

  /// The numbers that the field of the type has for a shape; nil if they cannot be counted.
  func listCount(_ shape: Shape) -> Int? {
    if dtype.kind == .complex { return shape.elementCount.multipliedChecked(by: 2) }
    return bits < 8 ? storedByteCount(shape) : shape.elementCount
  }

  /// The type of a number in a file; nil for numbers that are not a type, and for types without a dtype.
  init?(_ number: Int) {
    guard let row = Self.rows[number] else { return nil }
    self = row
  }

  /// The name of a type that ONNX has and Decant has no dtype for; nil for other numbers.
  static func unsupportedName(_ number: Int) -> String? {
    [24: "FLOAT8E8M0", 27: "FLOAT6E2M3", 28: "FLOAT6E3M2"][number]
  }

  /// The name of any type, for lists of inputs: lower-case, as ONNX's tools show it.
  static func shownName(_ number: Int) -> String {
    (rows[number]?.name ?? unsupportedName(number))?.lowercased() ?? "type \(number)"
  }

  static let string = 8
  static let float32 = 1

  /// The type of a dtype; nil if ONNX has none.
  static func number(of dtype: DType) -> Int? { rows.first { $0.value.dtype == dtype }?.key }

  /// Whether operators of the operator set that Decant writes can turn a dtype's elements into float32.
  static func canCompute(with dtype: DType) -> Bool { [.float32, .float64, .float16, .bfloat16].contains(dtype) }

  /// Numbers in a field as elements of this type.
  func list(
    _ tensor: String, in message: Range<Int>, of file: InputFile, field: UInt32, named fieldName: String, count: Int,
    elementCount: Int
  ) -> ProtobufList {
    ProtobufList(
      file: file, message: message, field: field, coding: coding, dtype: dtype, bits: bits, count: count,
      elementCount: elementCount, tensor: tensor
    ) { [name] failure in
      switch failure {
      case .count(let found): .onnx(.valueCount(field: fieldName, found: found, expected: count))
      case .tooLarge(let value): .onnx(.valueTooLarge(value, type: name))
      }
    }
  }

  private init(_ name: String, _ dtype: DType, _ field: UInt32, _ coding: ProtobufList.Coding) {
    (self.name, self.dtype, self.field, self.coding) = (name, dtype, field, coding)
  }

  private static let rows: [Int: ONNXDataType] = [
    1: Self("FLOAT", .float32, 4, .fixed32), 2: Self("UINT8", .uint8, 5, .varint), 3: Self("INT8", .int8, 5, .varint),
    4: Self("UINT16", .uint16, 5, .varint), 5: Self("INT16", .int16, 5, .varint), 6: Self("INT32", .int32, 5, .varint),
    7: Self("INT64", .int64, 7, .varint), string: Self("STRING", .string, 6, .varint),
    9: Self("BOOL", .bool, 5, .varint), 10: Self("FLOAT16", .float16, 5, .varint),
    11: Self("DOUBLE", .float64, 10, .fixed64), 12: Self("UINT32", .uint32, 11, .varint),
    13: Self("UINT64", .uint64, 11, .varint), 14: Self("COMPLEX64", .complex64, 4, .fixed32),
    15: Self("COMPLEX128", .complex128, 10, .fixed64), 16: Self("BFLOAT16", .bfloat16, 5, .varint),
    17: Self("FLOAT8E4M3FN", .float8e4m3fn, 5, .varint), 18: Self("FLOAT8E4M3FNUZ", .float8e4m3fnuz, 5, .varint),
    19: Self("FLOAT8E5M2", .float8e5m2, 5, .varint), 20: Self("FLOAT8E5M2FNUZ", .float8e5m2fnuz, 5, .varint),
    21: Self("UINT4", .uint4, 5, .varint), 22: Self("INT4", .int4, 5, .varint),
    23: Self("FLOAT4E2M1", .float4e2m1fn, 5, .varint), 25: Self("UINT2", .uint2, 5, .varint),
    26: Self("INT2", .int2, 5, .varint),
  ]
}
