public import Messages

/// The element type of a tensor, by TensorFlow's numbers.
///
/// - Source: TensorFlow `core/framework/types.proto`. Reference types (number + 100) exist in graphs only.
public enum DType: Int32, CaseIterable, Hashable, Sendable, Codable {
  case float32 = 1
  case float64 = 2
  case int32 = 3
  case uint8 = 4
  case int16 = 5
  case int8 = 6
  case string = 7
  case complex64 = 8
  case int64 = 9
  case bool = 10
  case qint8 = 11
  case quint8 = 12
  case qint32 = 13
  case bfloat16 = 14
  case qint16 = 15
  case quint16 = 16
  case uint16 = 17
  case complex128 = 18
  case float16 = 19
  case resource = 20
  case variant = 21
  case uint32 = 22
  case uint64 = 23
  case float8e5m2 = 24
  case float8e4m3fn = 25
  case float8e4m3fnuz = 26
  case float8e4m3b11fnuz = 27
  case float8e5m2fnuz = 28
  case int4 = 29
  case uint4 = 30
  case int2 = 31
  case uint2 = 32
  case float4e2m1fn = 33

  /// What kind of values the elements are.
  public enum Kind: Sendable {
    /// IEEE or IEEE-like floating point.
    case float
    /// Two's complement integers, quantized ones included.
    case signedInteger
    /// Unsigned integers, quantized ones included.
    case unsignedInteger
    /// Two floating-point components, real then imaginary.
    case complex
    /// One byte, 0 or 1.
    case bool
    /// Byte strings of any length.
    case string
    /// A handle or an opaque object; no plain values.
    case opaque
  }

  /// One row of the table of dtypes.
  struct Row: Sendable {
    let name: String
    let byteCount: Int?
    let kind: Kind
  }

  var row: Row {
    switch self {
    case .float32: Row(name: "float32", byteCount: 4, kind: .float)
    case .float64: Row(name: "float64", byteCount: 8, kind: .float)
    case .int32: Row(name: "int32", byteCount: 4, kind: .signedInteger)
    case .uint8: Row(name: "uint8", byteCount: 1, kind: .unsignedInteger)
    case .int16: Row(name: "int16", byteCount: 2, kind: .signedInteger)
    case .int8: Row(name: "int8", byteCount: 1, kind: .signedInteger)
    case .string: Row(name: "string", byteCount: nil, kind: .string)
    case .complex64: Row(name: "complex64", byteCount: 8, kind: .complex)
    case .int64: Row(name: "int64", byteCount: 8, kind: .signedInteger)
    case .bool: Row(name: "bool", byteCount: 1, kind: .bool)
    case .qint8: Row(name: "qint8", byteCount: 1, kind: .signedInteger)
    case .quint8: Row(name: "quint8", byteCount: 1, kind: .unsignedInteger)
    case .qint32: Row(name: "qint32", byteCount: 4, kind: .signedInteger)
    case .bfloat16: Row(name: "bfloat16", byteCount: 2, kind: .float)
    case .qint16: Row(name: "qint16", byteCount: 2, kind: .signedInteger)
    case .quint16: Row(name: "quint16", byteCount: 2, kind: .unsignedInteger)
    case .uint16: Row(name: "uint16", byteCount: 2, kind: .unsignedInteger)
    case .complex128: Row(name: "complex128", byteCount: 16, kind: .complex)
    case .float16: Row(name: "float16", byteCount: 2, kind: .float)
    case .resource: Row(name: "resource", byteCount: nil, kind: .opaque)
    case .variant: Row(name: "variant", byteCount: nil, kind: .opaque)
    case .uint32: Row(name: "uint32", byteCount: 4, kind: .unsignedInteger)
    case .uint64: Row(name: "uint64", byteCount: 8, kind: .unsignedInteger)
    case .float8e5m2: Row(name: "float8_e5m2", byteCount: 1, kind: .float)
    case .float8e4m3fn: Row(name: "float8_e4m3fn", byteCount: 1, kind: .float)
    case .float8e4m3fnuz: Row(name: "float8_e4m3fnuz", byteCount: 1, kind: .float)
    case .float8e4m3b11fnuz: Row(name: "float8_e4m3b11fnuz", byteCount: 1, kind: .float)
    case .float8e5m2fnuz: Row(name: "float8_e5m2fnuz", byteCount: 1, kind: .float)
    case .int4: Row(name: "int4", byteCount: 1, kind: .signedInteger)
    case .uint4: Row(name: "uint4", byteCount: 1, kind: .unsignedInteger)
    case .int2: Row(name: "int2", byteCount: 1, kind: .signedInteger)
    case .uint2: Row(name: "uint2", byteCount: 1, kind: .unsignedInteger)
    case .float4e2m1fn: Row(name: "float4_e2m1fn", byteCount: 1, kind: .float)
    }
  }

  /// TensorFlow's name, as `tf.DType.name` spells it.
  public var name: String { row.name }

  /// Bytes of one element as a checkpoint stores it; nil if elements have no fixed width.
  public var byteCount: Int? { row.byteCount }

  /// What kind of values the elements are.
  public var kind: Kind { row.kind }

  /// Why there are no values to show or convert, as the end of a sentence about the tensor; nil if there are.
  public var reasonWithoutValues: Message? {
    switch self {
    case .variant:
      "holds variant objects of TensorFlow's runtime (a list of tensors, a dataset's position), "
        + "in a form that only the class that saved them can read"
    case .resource: "is a handle to a resource of a running program, which has no values in a file"
    default: nil
    }
  }

  /// The dtype with this name in TensorFlow.
  public init?(name: String) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }
}

extension DType: CustomStringConvertible {
  /// TensorFlow's name.
  public var description: String { name }
}
