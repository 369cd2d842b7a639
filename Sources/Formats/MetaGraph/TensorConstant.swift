internal import CTensorFlowProtos
internal import Tensors
internal import ProtobufMessages

/// The value of a constant in a graph.
package struct TensorConstant: Sendable, Equatable {
  /// The element type.
  package let type: GraphType
  /// The shape; complete in every constant that TensorFlow writes.
  package let shape: GraphShape
  /// The listed elements: row-major, little-endian, packed. If there are fewer than the shape has, the last one (or zero, if there
  /// is none) fills the rest.
  package let listed: [UInt8]
  /// The listed elements of a string constant, with the same rule.
  package let listedStrings: [[UInt8]]

  /// All elements: row-major, little-endian, packed.
  ///
  /// - Parameter maximumByteCount: how much the caller can hold; a few bytes can declare any number of elements.
  /// - Returns: nil for strings, for an open shape, for more bytes than that, or if the values do not fit the shape.
  package func packedElements(maximumByteCount: Int = 1 << 26) -> [UInt8]? {
    guard let width = type.dtype?.byteCount, let count = shape.elementCount, count <= maximumByteCount / width,
      listed.count <= count * width, listed.count.isMultiple(of: width)
    else { return nil }
    let last = listed.isEmpty ? [UInt8](repeating: 0, count: width) : Array(listed.suffix(width))
    var elements = listed
    elements.reserveCapacity(count * width)
    while elements.count < count * width { elements += last }
    return elements
  }

  /// All elements of a string constant.
  ///
  /// - Returns: nil for another type, for an open shape, for more elements than `maximumCount`, or if the values do not fit
  ///   the shape.
  package func strings(maximumCount: Int = 1 << 24) -> [[UInt8]]? {
    guard type.dtype == .string, let count = shape.elementCount, count <= maximumCount, listedStrings.count <= count
    else { return nil }
    return listedStrings
      + [[UInt8]](repeating: listedStrings.last ?? [], count: count - listedStrings.count)
  }

  /// The first element of a real, integer or bool constant.
  package var scalar: Double? {
    guard let dtype = type.dtype, let width = dtype.byteCount, shape.elementCount.map({ $0 > 0 }) ?? true else {
      return nil
    }
    if listed.isEmpty { return 0 }
    guard listed.count >= width else { return nil }
    let bits = listed.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch (dtype.kind, width) {
    case (.float, 8): return Double(bitPattern: bits)
    case (.float, 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.float, 2) where dtype == .float16: return Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case (.float, 2): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case (.signedInteger, 1): return Double(Int8(truncatingIfNeeded: bits))
    case (.signedInteger, 2): return Double(Int16(truncatingIfNeeded: bits))
    case (.signedInteger, 4): return Double(Int32(truncatingIfNeeded: bits))
    case (.signedInteger, _): return Double(Int64(truncatingIfNeeded: bits))
    case (.unsignedInteger, _), (.bool, _): return Double(bits)
    default: return nil
    }
  }
}

extension TensorConstant {
  init(_ message: Tensorflow__TensorProto) {
    type = unsafe GraphType(number: message.dtype)
    shape = unsafe GraphShape(message.tensor_shape) ?? GraphShape(dimensions: [])
    listedStrings = unsafe elements(message.string_val, message.n_string_val).map { unsafe $0.bytes }
    // All hosts on which TensorFlow supports graphs are little-endian, and so is the content.
    listed = unsafe message.tensor_content.len > 0 ? message.tensor_content.bytes : Self.pack(message, type.dtype)
  }

  /// The list that TensorFlow uses for a dtype, as packed elements.
  ///
  /// - Source: TensorFlow `core/framework/tensor.proto`.
  private static func pack(_ message: Tensorflow__TensorProto, _ dtype: DType?) -> [UInt8] {
    switch dtype {
    case .float32: unsafe packed(elements(message.float_val, message.n_float_val).map(\.bitPattern))
    case .float64: unsafe packed(elements(message.double_val, message.n_double_val).map(\.bitPattern))
    case .complex64: unsafe packed(elements(message.scomplex_val, message.n_scomplex_val).map(\.bitPattern))
    case .complex128: unsafe packed(elements(message.dcomplex_val, message.n_dcomplex_val).map(\.bitPattern))
    case .int64: unsafe packed(elements(message.int64_val, message.n_int64_val))
    case .uint32: unsafe packed(elements(message.uint32_val, message.n_uint32_val))
    case .uint64: unsafe packed(elements(message.uint64_val, message.n_uint64_val))
    case .bool: unsafe elements(message.bool_val, message.n_bool_val).map { $0 == 0 ? 0 : 1 }
    case .float16, .bfloat16:
      unsafe packed(elements(message.half_val, message.n_half_val).map { UInt16(truncatingIfNeeded: $0) })
    case .float8e5m2, .float8e4m3fn, .float8e4m3fnuz, .float8e4m3b11fnuz, .float8e5m2fnuz:
      unsafe message.float8_val.bytes
    case .int32, .qint32: unsafe packed(elements(message.int_val, message.n_int_val))
    case .int16, .uint16, .qint16, .quint16:
      unsafe packed(elements(message.int_val, message.n_int_val).map { UInt16(truncatingIfNeeded: $0) })
    case .int8, .uint8, .qint8, .quint8, .int4, .uint4, .int2, .uint2, .float4e2m1fn:
      unsafe elements(message.int_val, message.n_int_val).map { UInt8(truncatingIfNeeded: $0) }
    case .string, .resource, .variant, nil: []
    }
  }

  private static func packed<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * T.bitWidth / 8)
    for value in values {
      for shift in stride(from: 0, to: T.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> T(shift))) }
    }
    return bytes
  }
}
