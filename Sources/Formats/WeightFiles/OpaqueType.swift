internal import CHDF5
internal import Messages
internal import Tensors

/// HDF5's opaque type: bytes whose meaning the file does not say.
///
/// numpy's own table of dtypes has no bfloat16 and no 8-bit float, so h5py stores such arrays as opaque bytes. Keras 3 notes `bfloat16` in
/// the attribute `dtype` of the dataset, but only in `.weights.h5`. It notes nothing in its other files, or for float8; Keras 2 never notes
/// anything. But h5py stores only one of Keras's 2-byte dtypes this way, bfloat16, and only one 1-byte dtype, float8_e4m3fn: it refuses
/// float8_e5m2.
/// - Source: Keras 3.15, `saving_lib.py`; h5py 3.14 with ml_dtypes 0.6.
struct OpaqueType {
  private let byteCount: Int
  /// What the writing program said about the bytes; h5py does so for times.
  private let tag: String

  /// Reads an opaque type; nil for a type of another class.
  init?(_ type: hid_t) {
    guard H5Tget_class(type) == H5T_OPAQUE else { return nil }
    byteCount = H5Tget_size(type)
    guard let text = unsafe H5Tget_tag(type) else {
      tag = ""
      return
    }
    defer { unsafe H5free_memory(text) }
    tag = unsafe String(cString: text)
  }

  /// The dtype of a dataset's elements, or, if nothing tells it, what they are in words.
  func dtype(of dataset: hid_t, isOfKeras: Bool) -> Result<DType, HDF5Type.Unfit> {
    guard tag.isEmpty else {
      return .failure(HDF5Type.Unfit(what: "opaque bytes tagged '\(tag)'"))
    }
    if let name = HDF5Attributes.read("dtype", from: dataset) {
      guard let dtype = DType(name: name), Self.unknownToNumpy.contains(dtype), dtype.byteCount == byteCount else {
        return .failure(HDF5Type.Unfit(what: "opaque elements of \(byteCount.counted("byte")), marked as '\(name)'"))
      }
      return .success(dtype)
    }
    switch byteCount {
    case 2 where isOfKeras: return .success(.bfloat16)
    case 1 where isOfKeras: return .success(.float8e4m3fn)
    default: return .failure(HDF5Type.Unfit(what: "opaque bytes"))
    }
  }

  /// What ml_dtypes adds to numpy.
  private static let unknownToNumpy: Set<DType> = [
    .bfloat16, .float8e5m2, .float8e4m3fn, .float8e4m3fnuz, .float8e4m3b11fnuz, .float8e5m2fnuz, .int4, .uint4, .int2,
    .uint2, .float4e2m1fn,
  ]
}
