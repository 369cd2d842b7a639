internal import Messages
internal import Tensors

/// Which TensorFlow dtype is which safetensors dtype, one row each.
///
/// - Source: safetensors `tensor.rs`, enum `Dtype`.
enum SafetensorsDType {
  /// Dtypes that no dtype of TensorFlow can hold: several elements in a byte, or powers of two.
  static let unread: Set<String> = ["F4", "F6_E2M3", "F6_E3M2", "F8_E8M0"]

  /// How safetensors spells the storage of a dtype; nil if it has none.
  ///
  /// Quantized dtypes are stored as their integers, and others as a dtype that has room for them; the header's `decant.dtypes`
  /// tells them apart.
  static func name(of dtype: DType) -> String? {
    rows.first { $0.dtype == dtype }?.name
  }

  /// The default dtype of a name; nil for unknown names.
  static func dtype(of name: String) -> DType? {
    rows.first { $0.name == name }?.dtype
  }

  /// Whether the name alone does not restore the dtype.
  static func needsNote(_ dtype: DType) -> Bool {
    guard let name = name(of: dtype) else { return false }
    return self.dtype(of: name) != dtype
  }

  /// What other programs see in place of a dtype; nil if they see it.
  static func substitute(for dtype: DType) -> Message? {
    guard needsNote(dtype), let name = name(of: dtype), let stored = self.dtype(of: name) else { return nil }
    return dtype == .complex128 ? "pairs of \(stored), along one more axis" : "\(stored)"
  }

  /// The extents with which a tensor is stored.
  static func storedDimensions(of descriptor: TensorDescriptor) -> [Int] {
    descriptor.shape.dimensions + (descriptor.dtype == .complex128 ? [2] : [])
  }

  /// The shape of a tensor, given the shape with which it is stored; nil if that is impossible.
  static func shape(of dtype: DType, stored shape: Shape) -> Shape? {
    guard dtype == .complex128 else { return shape }
    return shape.dimensions.last == 2 ? try? Shape(Array(shape.dimensions.dropLast())) : nil
  }

  /// A name means the dtype of its first row.
  private static let rows: [(dtype: DType, name: String)] = [
    (.bool, "BOOL"),
    (.uint8, "U8"), (.int8, "I8"), (.uint16, "U16"), (.int16, "I16"),
    (.uint32, "U32"), (.int32, "I32"), (.uint64, "U64"), (.int64, "I64"),
    (.float16, "F16"), (.bfloat16, "BF16"), (.float32, "F32"), (.float64, "F64"), (.complex64, "C64"),
    (.float8e5m2, "F8_E5M2"), (.float8e4m3fn, "F8_E4M3"),
    (.float8e4m3fnuz, "F8_E4M3FNUZ"), (.float8e5m2fnuz, "F8_E5M2FNUZ"),
    // One byte for each element, as TensorFlow keeps them.
    (.int4, "I8"), (.int2, "I8"), (.uint4, "U8"), (.uint2, "U8"), (.float4e2m1fn, "U8"), (.float8e4m3b11fnuz, "U8"),
    // Pairs of numbers, along an axis of their own.
    (.complex128, "F64"),
    (.quint8, "U8"), (.qint8, "I8"), (.quint16, "U16"), (.qint16, "I16"), (.qint32, "I32"),
  ]
}
