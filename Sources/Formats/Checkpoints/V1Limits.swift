internal import Messages
internal import Tensors

/// What a V1 checkpoint cannot hold.
///
/// - Source: TensorFlow `core/util/tensor_slice_writer.cc`, `saved_tensor_slice_util.h`.
enum V1Limits {
  /// TensorFlow's `kMaxMessageBytes`: protobuf counts the bytes of a message in 31 bits.
  static let maximumMessageByteCount = 1 << 31
  /// TensorFlow's `kTensorProtoHeaderBytes`, its allowance for what surrounds the values.
  static let headerByteCount = 1 << 10
  /// What to do about a tensor that a V1 checkpoint cannot hold.
  static let remedy: Message = "write a V2 checkpoint (--to tensorflow)"

  /// Why a V1 checkpoint cannot hold a tensor, by TensorFlow's own rules; nil if it can.
  static func refusal(of descriptor: TensorDescriptor) -> Message? {
    guard let values = V1Values(descriptor.dtype), isSaved(descriptor.dtype) else {
      return "a V1 checkpoint cannot hold \(descriptor.dtype); \(remedy)"
    }
    let name = Array(descriptor.name.utf8)
    let slice = TensorSlice.whole(of: descriptor.shape)
    if let refusal = NameRefusal.of(descriptor.name, keyByteCount: slice.key(ofTensor: name).count) { return refusal }
    let byteCount = descriptor.dtype == .string ? descriptor.byteCount : nil
    let estimate =
      byteCount ?? descriptor.shape.elementCount.multipliedReportingOverflow(by: values.maximumByteCount).partialValue
    let overflows = descriptor.shape.elementCount > maximumMessageByteCount
    guard !overflows, estimate <= maximumMessageByteCount - headerByteCount - 2 * name.count else {
      return "its values may exceed the 2 GiB limit of a protobuf message; \(remedy)"
    }
    return nil
  }

  /// Whether some version of TensorFlow loads the dtype from a V1 checkpoint; `TensorProto` can hold other dtypes as well.
  private static func isSaved(_ dtype: DType) -> Bool {
    switch dtype {
    case .float32, .float64, .int32, .uint8, .int16, .int8, .string, .complex64, .int64, .bool, .qint8, .quint8,
      .qint32, .uint16, .complex128, .float16:
      true
    default: false
    }
  }
}

extension V1Values {
  /// The most bytes that an element can take in a record.
  fileprivate var maximumByteCount: Int {
    switch encoding {
    case .fixed: dtype.byteCount ?? width
    case .varint(let range): range.lowerBound < 0 ? 10 : Self.varintByteCount(range.upperBound)
    case .unsignedVarint: 10
    case .bool, .string, .bytes: 1
    }
  }

  private static func varintByteCount(_ value: Int64) -> Int { (70 - (value | 1).leadingZeroBitCount) / 7 }
}
