internal import Bytes
internal import Files
internal import Tensors

/// A data type of Core ML's programs.
///
/// - Source: coremltools 9 `mlmodel/format/MIL.proto`, `DataType`; `mlmodel/src/MILBlob/Blob/BlobDataType.hpp`.
struct CoreMLType: Sendable {
  let dtype: DType
  /// The type's number in a weight file; nil if it never occurs there.
  let recordType: UInt32?

  /// The bits of one element where it is stored.
  var bits: Int {
    switch dtype {
    case .int4, .uint4: 4
    case .uint2: 2
    default: 8 * (dtype.byteCount ?? 1)
    }
  }

  /// The type that a program names by this number; nil for numbers for which Decant has no dtype.
  init?(_ number: Int) {
    guard let row = Self.rows[number] else { return nil }
    (dtype, recordType) = row
  }

  private static let rows: [Int: (DType, UInt32?)] = [
    1: (.bool, nil), 10: (.float16, 1), 11: (.float32, 2), 12: (.float64, nil), 13: (.bfloat16, 5), 21: (.int8, 4),
    22: (.int16, 6), 23: (.int32, 14), 24: (.int64, nil), 25: (.int4, 8), 31: (.uint8, 3), 32: (.uint16, 7),
    33: (.uint32, 15), 34: (.uint64, nil), 35: (.uint4, 11), 36: (.uint2, 10), 40: (.float8e4m3fn, 16),
    41: (.float8e5m2, 17),
  ]
  static let string = 2

  /// A tensor of stored elements.
  func tensor(_ name: String, _ shape: Shape, _ bytes: StoredBytes, file: Int) throws(WeightFileDefect) -> IndexedTensor
  {
    guard bits < 8 else {
      return IndexedTensor(name, dtype, try StridedArray(packed: bytes, dtype: dtype, shape: shape), file: file)
    }
    let isSigned = dtype.kind == .signedInteger
    let units = try StridedArray(bytesOf: bytes)
    return IndexedTensor(
      name, dtype, shape, decoding: bits == 4 ? .nibbles(isSigned: isSigned) : .quarters(isSigned: isSigned), of: units,
      file: file)
  }

  /// The bytes that a shape takes where it is stored.
  ///
  /// - Throws: `WeightFileDefect.badShape` if they cannot be counted.
  func storedByteCount(_ shape: Shape) throws(WeightFileDefect) -> Int {
    guard shape.byteCount(of: dtype) != nil,
      let bitCount = shape.elementCount.multipliedChecked(by: bits)?.addingChecked(7)
    else { throw .badShape(.tooManyElements(shape.dimensions)) }
    return bitCount / 8
  }
}

/// Numbers in a field of a message, all of which are elements of one tensor.
struct CoreMLValues {
  let message: Range<Int>
  let field: UInt32
  private var byteCount = 0
  private var singleCount = 0
  private var first: Range<Int>?
  private var partCount = 0

  init(in message: Range<Int>, field: UInt32, of walk: ProtobufFile) throws {
    self.message = message
    self.field = field
    try walk.forEachField(in: message) { field, payload in
      guard field == self.field else { return }
      partCount += 1
      switch payload {
      case .number: singleCount += 1
      case .fixed32(let range), .fixed64(let range), .bytes(let range):
        byteCount += range.count
        first = first ?? range
      }
    }
  }

  /// How many numbers of a fixed width there are; nil if there is a part of one.
  func count(width: Int) -> Int? { byteCount.isMultiple(of: width) ? byteCount / width : nil }

  /// The tensor of fixed-width numbers or of varints, which must be as many as the shape requires.
  func tensor(
    _ name: String, _ type: CoreMLType, _ shape: Shape, coding: ProtobufList.Coding, of file: InputFile
  ) throws(WeightFileDefect) -> IndexedTensor {
    let count = shape.elementCount
    _ = try type.storedByteCount(shape)
    switch coding {
    case .fixed32, .fixed64:
      let found = self.count(width: type.dtype.byteCount ?? 1)
      guard found == count else { throw .coreML(.valueCount(found: found, expected: count)) }
      if partCount <= 1 { return try type.tensor(name, shape, first.map { .file(file, $0) } ?? .memory([]), file: 0) }
    case .varint:
      // A packed number has 1 to 10 bytes. How many there are is known after they are read.
      guard (singleCount + (byteCount + 9) / 10...singleCount + byteCount).contains(count) else {
        throw .coreML(.valueCount(found: nil, expected: count))
      }
    }
    let list = ProtobufList(
      file: file, message: message, field: field, coding: coding, dtype: type.dtype, bits: type.bits, count: count,
      elementCount: count, tensor: name
    ) { failure in
      switch failure {
      case .count(let found): .coreML(.valueCount(found: found, expected: count))
      case .tooLarge(let value): .coreML(.valueTooLarge(value))
      }
    }
    return IndexedTensor(name, type.dtype, shape, streamed: list.read)
  }
}
