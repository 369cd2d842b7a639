internal import Bytes
internal import Files
internal import Messages
internal import Tensors

extension ONNXTensor {
  /// The tensor as one of a source.
  ///
  /// - Parameters:
  ///   - name: the tensor's name in the source.
  ///   - file: the model.
  ///   - others: the files that its data may be in.
  /// - Returns: the tensor, whose values are not read yet.
  /// - Throws: `WeightFileDefect` if the tensor cannot be listed.
  func element(named name: String, of file: InputFile, _ others: CompanionFiles) throws(WeightFileDefect)
    -> IndexedTensor
  {
    if isSegment { throw .onnx(.segment) }
    if let unsupported = ONNXDataType.unsupportedName(typeNumber) {
      throw .onnx(.unsupportedType(unsupported))
    }
    guard let type = ONNXDataType(typeNumber) else { throw .onnx(.unknownType(typeNumber)) }
    guard place <= 1 else { throw .onnx(.unknownPlace(place)) }
    let shape = try shape()
    if typeNumber == ONNXDataType.string { return try strings(name, shape, file) }
    guard shape.byteCount(of: type.dtype) != nil, let storedByteCount = type.storedByteCount(shape) else {
      throw .badShape(.tooManyElements(shape.dimensions))
    }
    if place == 1 {
      let (bytes, index) = try external.bytes(in: others, needed: storedByteCount)
      return try stored(name, type, shape, bytes, file: index)
    }
    if let raw {
      guard raw.count == storedByteCount else {
        throw .onnx(.byteCount(found: raw.count, expected: storedByteCount))
      }
      return try stored(name, type, shape, .file(file, raw), file: 0)
    }
    return try listed(name, type, shape, file)
  }

  private func stored(
    _ name: String, _ type: ONNXDataType, _ shape: Shape, _ bytes: StoredBytes, file: Int
  ) throws(WeightFileDefect) -> IndexedTensor {
    guard let decoding = type.decoding else {
      let array = try StridedArray(packed: bytes, dtype: type.dtype, shape: shape)
      return IndexedTensor(name, type.dtype, array, file: file)
    }
    let units = try StridedArray(bytesOf: bytes)
    return IndexedTensor(name, type.dtype, shape, decoding: decoding, of: units, file: file)
  }

  /// A tensor whose elements are numbers in the field of its type.
  private func listed(_ name: String, _ type: ONNXDataType, _ shape: Shape, _ file: InputFile) throws(WeightFileDefect)
    -> IndexedTensor
  {
    let fieldName = Self.fieldName(type.field)
    guard let count = type.listCount(shape) else {
      throw .badShape(.tooManyElements(shape.dimensions))
    }
    guard let values = values[type.field] else {
      guard count == 0 else { throw .onnx(.noData(field: fieldName)) }
      return try stored(name, type, shape, .memory([]), file: 0)
    }
    let list = type.list(
      name, in: message, of: file, field: type.field, named: fieldName, count: count, elementCount: shape.elementCount)
    switch type.coding {
    case .fixed32, .fixed64:
      let width = type.coding == .fixed32 ? 4 : 8
      guard values.byteCount == count * width else {
        let found = values.byteCount.isMultiple(of: width) ? values.byteCount / width : nil
        throw .onnx(.valueCount(field: fieldName, found: found, expected: count))
      }
      if values.partCount == 1, let range = values.first {
        return try stored(name, type, shape, .file(file, range), file: 0)
      }
    case .varint:
      // A packed number has 1 to 10 bytes. How many there are is known after they are read.
      let fewest = values.count + (values.byteCount + 9) / 10
      let most = values.count + values.byteCount
      guard (fewest...most).contains(count) else {
        let found = fewest == most ? most : nil
        throw .onnx(.valueCount(field: fieldName, found: found, expected: count))
      }
    }
    return IndexedTensor(name, type.dtype, shape, streamed: list.read)
  }

  private func strings(_ name: String, _ shape: Shape, _ file: InputFile) throws(WeightFileDefect) -> IndexedTensor {
    guard place == 0, raw == nil else { throw .onnx(.strayStrings) }
    let found = values[6] ?? Values()
    guard found.count == shape.elementCount else {
      throw .onnx(
        .valueCount(field: Self.fieldName(6), found: found.count, expected: shape.elementCount))
    }
    let strings = ProtobufStrings(
      file: file, message: message, field: 6, count: found.count, byteCount: found.byteCount)
    return IndexedTensor(strings: name, shape, byteCount: found.byteCount, strings.read)
  }

  /// The name of a field of `TensorProto` that has values.
  static func fieldName(_ field: UInt32) -> String {
    switch field {
    case 4: "float_data"
    case 5: "int32_data"
    case 6: "string_data"
    case 7: "int64_data"
    case 10: "double_data"
    default: "uint64_data"
    }
  }
}
