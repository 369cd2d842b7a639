internal import ProtobufWire
internal import Tensors

/// The beginning of a V1 record, before the values: three messages enclose them, each of which begins with its length.
///
/// ```
/// SavedTensorSlices { data: SavedSlice { name, slice, data: TensorProto { one list of values } } }
/// ```
struct V1RecordHead {
  /// The bytes up to the first value.
  let bytes: [UInt8]
  /// Bytes of the whole record.
  let recordByteCount: Int

  /// The head of a record.
  ///
  /// - Parameters:
  ///   - name: the tensor's name.
  ///   - slice: the part of the tensor that the record holds.
  ///   - field: the field of `TensorProto` that holds packed values; nil if the values have their own tags, as strings do.
  ///   - valueByteCount: bytes of the values. A list without values is omitted.
  init(name: [UInt8], slice: TensorSlice, packedField field: UInt32?, valueByteCount: Int) {
    var list = WireWriter()
    if let field, valueByteCount > 0 { list.append(field, lengthOf: valueByteCount) }
    var saved = WireWriter()
    saved.append(1, bytes: name)
    saved.append(2, bytes: slice.encodedMessage)
    saved.append(3, lengthOf: list.bytes.count + valueByteCount)
    let inner = saved.bytes + list.bytes
    var record = WireWriter()
    record.append(2, lengthOf: inner.count + valueByteCount)
    bytes = record.bytes + inner
    recordByteCount = bytes.count + valueByteCount
  }
}

extension V1Metadata {
  /// The list of tensors, all of them whole, as TensorFlow writes it with the empty key.
  static func encode(_ descriptors: [TensorDescriptor]) -> [UInt8] {
    var list = WireWriter()
    for descriptor in descriptors {
      var tensor = WireWriter()
      tensor.append(1, bytes: Array(descriptor.name.utf8))
      tensor.append(2, bytes: descriptor.shape.encodedMessage)
      tensor.append(3, varint: Int(descriptor.dtype.rawValue))
      tensor.append(4, bytes: TensorSlice.whole(of: descriptor.shape).encodedMessage)
      list.append(1, bytes: tensor.bytes)
    }
    var versions = WireWriter()
    versions.append(1, varint: BundleHeader.consumerVersion)
    list.append(2, bytes: versions.bytes)
    var record = WireWriter()
    record.append(1, bytes: list.bytes)
    return record.bytes
  }
}
