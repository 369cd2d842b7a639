import Tensors
import Testing

@Suite("Dtypes")
struct DTypeTests {
  /// TensorFlow `core/framework/types.proto`: number, name, bytes.
  static let rows: [(number: Int32, name: String, byteCount: Int?)] = [
    (1, "float32", 4), (2, "float64", 8), (3, "int32", 4), (4, "uint8", 1), (5, "int16", 2), (6, "int8", 1),
    (7, "string", nil), (8, "complex64", 8), (9, "int64", 8), (10, "bool", 1), (11, "qint8", 1), (12, "quint8", 1),
    (13, "qint32", 4), (14, "bfloat16", 2), (15, "qint16", 2), (16, "quint16", 2), (17, "uint16", 2),
    (18, "complex128", 16), (19, "float16", 2), (20, "resource", nil), (21, "variant", nil), (22, "uint32", 4),
    (23, "uint64", 8), (24, "float8_e5m2", 1), (25, "float8_e4m3fn", 1), (26, "float8_e4m3fnuz", 1),
    (27, "float8_e4m3b11fnuz", 1), (28, "float8_e5m2fnuz", 1), (29, "int4", 1), (30, "uint4", 1), (31, "int2", 1),
    (32, "uint2", 1), (33, "float4_e2m1fn", 1),
  ]

  @Test("Numbers, names and widths are TensorFlow's", arguments: rows)
  func table(number: Int32, name: String, byteCount: Int?) throws {
    let dtype = try #require(DType(rawValue: number))
    #expect(dtype.name == name)
    #expect(dtype.byteCount == byteCount)
    #expect(DType(name: name) == dtype)
    #expect("\(dtype)" == name)
  }

  @Test("There are no others")
  func complete() {
    #expect(DType.allCases.count == Self.rows.count)
    for number: Int32 in [0, 34, 101, -1] { #expect(DType(rawValue: number) == nil) }
    #expect(DType(name: "float") == nil)
  }
}
