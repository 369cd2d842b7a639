internal import Tensors

/// An element type of TensorFlow Lite, by its number in a file.
/// - Source: TensorFlow 2.21, `tensorflow/compiler/mlir/lite/schema/schema.fbs` (`TensorType`).
enum TFLiteType: Int8 {
  case float32 = 0
  case float16, int32, uint8, int64, string, bool, int16, complex64, int8, float64, complex128, uint64, resource,
    variant
  case uint32, uint16, int4, bfloat16, int2, uint4

  /// The dtype of the same name.
  var dtype: DType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .int32: .int32
    case .uint8: .uint8
    case .int64: .int64
    case .string: .string
    case .bool: .bool
    case .int16: .int16
    case .complex64: .complex64
    case .int8: .int8
    case .float64: .float64
    case .complex128: .complex128
    case .uint64: .uint64
    case .resource: .resource
    case .variant: .variant
    case .uint32: .uint32
    case .uint16: .uint16
    case .int4: .int4
    case .bfloat16: .bfloat16
    case .int2: .int2
    case .uint4: .uint4
    }
  }

  /// How elements of less than a byte become bytes; nil for all others.
  var packing: ElementDecoding? {
    switch self {
    case .int4: .nibbles(isSigned: true)
    case .uint4: .nibbles(isSigned: false)
    case .int2: .quarters(isSigned: true)
    default: nil
    }
  }
}
