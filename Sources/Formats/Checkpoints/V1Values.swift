internal import Tensors

/// How the elements of a dtype are stored in the `TensorProto` of a V1 record.
///
/// - Source: TensorFlow `core/util/saved_tensor_slice_util.h`, `core/framework/tensor.proto`.
struct V1Values: Equatable, Sendable {
  /// How one number is written.
  enum Encoding: Equatable, Sendable {
    /// Four or eight bytes, as the tensor has them.
    case fixed
    /// A varint; negative numbers are sign-extended to ten bytes.
    case varint(ClosedRange<Int64>)
    /// An unsigned 64-bit varint.
    case unsignedVarint
    /// Zero or anything else.
    case bool
    /// A string of bytes for each element.
    case string
    /// One byte for each element, in one string.
    case bytes
  }

  /// The field of `TensorProto`.
  let field: UInt32
  /// How one number is written.
  let encoding: Encoding
  /// Bytes of one number in the tensor; a complex element is two numbers.
  let width: Int
  /// What is stored.
  let dtype: DType

  /// The field for raw elements in one run, which only handmade files have.
  static let contentField: UInt32 = 4

  /// Nil for dtypes for which a `TensorProto` has no plain values.
  init?(_ dtype: DType) {
    func row(_ field: UInt32, _ encoding: Encoding, _ width: Int) -> (UInt32, Encoding, Int) {
      (field, encoding, width)
    }
    func integer<T: FixedWidthInteger & BinaryInteger>(_ type: T.Type) -> (UInt32, Encoding, Int) {
      row(7, .varint(Int64(T.min)...Int64(T.max)), MemoryLayout<T>.size)
    }
    let values: (UInt32, Encoding, Int)? =
      switch dtype {
      case .float32: row(5, .fixed, 4)
      case .float64: row(6, .fixed, 8)
      case .int32, .qint32: integer(Int32.self)
      case .int16, .qint16: integer(Int16.self)
      case .int8, .qint8: integer(Int8.self)
      case .uint16, .quint16: integer(UInt16.self)
      case .uint8, .quint8: integer(UInt8.self)
      case .int4, .int2: integer(Int8.self)
      case .uint4, .uint2: integer(UInt8.self)
      case .string: row(8, .string, 0)
      case .complex64: row(9, .fixed, 4)
      case .int64: row(10, .varint(.min ... .max), 8)
      case .bool: row(11, .bool, 1)
      case .complex128: row(12, .fixed, 8)
      case .float16, .bfloat16: row(13, .varint(0...65_535), 2)
      case .uint32: row(16, .varint(0...4_294_967_295), 4)
      case .uint64: row(17, .unsignedVarint, 8)
      case .float8e5m2, .float8e4m3fn, .float8e4m3fnuz, .float8e4m3b11fnuz, .float8e5m2fnuz: row(18, .bytes, 1)
      case .resource, .variant, .float4e2m1fn: nil
      }
    guard let (field, encoding, width) = values else { return nil }
    self.field = field
    self.encoding = encoding
    self.width = width
    self.dtype = dtype
  }

  /// The fewest bytes that an element can take in a record; used to refuse counts that no record can hold.
  var minimumByteCount: Int {
    switch encoding {
    case .fixed: dtype.byteCount ?? 1
    case .string: 2
    case .varint, .unsignedVarint, .bool, .bytes: 1
    }
  }
}
