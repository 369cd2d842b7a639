internal import Bytes
internal import Files
internal import Messages
internal import ProtobufWire
internal import Tensors

/// Where the value of a constant is in its file, found without reading the value.
///
/// A TensorProto has 1 dtype, 2 shape, 4 the elements as they are in memory, or, instead of these, a list of values in the
/// field of its dtype (5 to 18). A list may be shorter than the shape: its last value, or zero if it is empty, fills the
/// rest.
/// - Source: TensorFlow `core/framework/tensor.proto`, `core/framework/tensor.cc`.
struct ConstantLayout: Sendable {
  let dtype: DType
  let shape: Shape
  /// The TensorProto.
  let message: Range<Int>
  /// The elements as they are in memory, if there are any.
  let content: Range<Int>?
  /// The number of values in the dtype's list.
  let listedCount: Int
  /// The bytes of the strings in the list.
  let stringByteCount: Int

  /// The most bytes that the constants of a graph may take beyond those in the file: a few bytes can declare any number of
  /// equal elements.
  static let maximumFilledByteCount = 1 << 30

  /// Finds the parts of the TensorProto in `message`.
  init(_ source: WireFile, in message: Range<Int>) throws(MetaGraphError) {
    let fields = try ConstantFields(source, in: message)
    func failed(_ defect: ConstantDefect) -> MetaGraphError {
      MetaGraphError(.constant(defect), file: source.file.path, offset: message.lowerBound)
    }
    guard let dtype = GraphType(number: fields.dtype).dtype, fields.dtype < 100 else {
      throw failed(.unknownDType(Int(fields.dtype)))
    }
    guard !fields.hasUnknownRank else { throw failed(.unknownRank) }
    let shape: Shape
    do throws(ShapeError) { shape = try Shape(fields.dimensions) } catch { throw failed(.badShape(error)) }
    self.dtype = dtype
    self.shape = shape
    self.message = message
    content = fields.content.flatMap { $0.isEmpty ? nil : $0 }
    let list = try ConstantList(source, in: message, dtype: dtype)
    listedCount = list.count
    stringByteCount = list.byteCount
    if let defect = defect(fileByteCount: source.file.byteCount) { throw failed(defect) }
  }

  /// Why the value does not fit its dtype and shape; nil if it does.
  private func defect(fileByteCount: Int) -> ConstantDefect? {
    let count = shape.elementCount
    if dtype.kind == .opaque { return nil }
    guard let width = dtype.byteCount else {
      // Each element that is not in the list repeats the last one.
      guard content == nil else { return count > content.map(\.count) ?? 0 ? .tooManyElements(count) : nil }
      if listedCount > count { return .valueCount(expected: count, found: listedCount) }
      return count > max(listedCount, Self.maximumFilledByteCount >> 6)
        || filledByteCount > Self.maximumFilledByteCount ? .tooManyElements(count) : nil
    }
    guard let byteCount = shape.byteCount(of: dtype) else { return .tooManyElements(count) }
    if let content {
      return content.count == byteCount ? nil : .byteCount(expected: byteCount, found: content.count)
    }
    if listedCount > count { return .valueCount(expected: count, found: listedCount) }
    let held = fileByteCount.multipliedChecked(by: width) ?? .max
    return byteCount > max(Self.maximumFilledByteCount, held) ? .tooManyElements(count) : nil
  }

  /// The bytes of elements that are copies of the last listed one and are not in the file; for strings, an upper bound.
  var filledByteCount: Int {
    guard content == nil else { return 0 }
    let copies = shape.elementCount - listedCount
    return copies > 0 ? copies.multipliedChecked(by: dtype.byteCount ?? stringByteCount) ?? .max : 0
  }

  /// The bytes of the elements, or of the strings.
  var byteCount: Int { shape.byteCount(of: dtype) ?? content?.count ?? stringByteCount }
}

/// What is in a TensorProto, unchecked.
private struct ConstantFields {
  var dtype: Int32 = 0
  var dimensions: [Int] = []
  var hasUnknownRank = false
  var content: Range<Int>?

  init(_ source: WireFile, in message: Range<Int>) throws(MetaGraphError) {
    try source.forEachField(in: message) { (field, payload) throws(MetaGraphError) in
      switch (field, payload) {
      case (1, .number(let number)): dtype = Int32(truncatingIfNeeded: number)
      case (2, .range(let part)): try readShape(source, in: part)
      case (4, .range(let part)): content = part
      case (1, _), (2, _), (4, _): throw source.wrongType(field, payload, in: message)
      default: break
      }
    }
  }

  /// TensorShapeProto: 2 dimensions, each with 1 its extent; 3 whether the rank is unknown.
  private mutating func readShape(_ source: WireFile, in range: Range<Int>) throws(MetaGraphError) {
    try source.forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      switch (field, payload) {
      case (2, .range(let part)):
        guard dimensions.count <= Shape.maximumRank else { return }
        var extent = 0
        try source.forEachField(in: part) { (field, payload) throws(MetaGraphError) in
          if field == 1, case .number(let number) = payload { extent = Int(truncatingIfNeeded: number) }
        }
        dimensions.append(extent)
      case (3, .number(let flag)): hasUnknownRank = flag != 0
      default: break
      }
    }
  }
}

/// The list of values of a TensorProto: how many there are, and each in turn.
struct ConstantList {
  /// The number of elements.
  private(set) var count = 0
  /// The bytes of all strings.
  private(set) var byteCount = 0

  /// Which field holds the values of a dtype, and how.
  struct Field {
    enum Coding {
      /// Little-endian numbers of this width.
      case fixed(width: Int)
      /// Varints, of which only the low bytes count.
      case varint
      /// One byte for each element.
      case bytes
      /// Strings.
      case strings
    }

    let number: UInt32
    let coding: Coding
    /// The count of numbers on the wire for one element.
    var numbersPerElement = 1

    init(_ number: UInt32, _ coding: Coding, numbersPerElement: Int = 1) {
      self.number = number
      self.coding = coding
      self.numbersPerElement = numbersPerElement
    }

    /// Finds the field that stores a dtype; nil for resources and variants.
    init?(_ dtype: DType) {
      switch dtype {
      case .float32: self.init(5, .fixed(width: 4))
      case .float64: self.init(6, .fixed(width: 8))
      case .string: self.init(8, .strings)
      case .complex64: self.init(9, .fixed(width: 4), numbersPerElement: 2)
      case .int64: self.init(10, .varint)
      case .bool: self.init(11, .varint)
      case .complex128: self.init(12, .fixed(width: 8), numbersPerElement: 2)
      case .float16, .bfloat16: self.init(13, .varint)
      case .uint32: self.init(16, .varint)
      case .uint64: self.init(17, .varint)
      case .float8e5m2, .float8e4m3fn, .float8e4m3fnuz, .float8e4m3b11fnuz, .float8e5m2fnuz: self.init(18, .bytes)
      case .int32, .uint8, .int16, .int8, .qint8, .quint8, .qint32, .qint16, .quint16, .uint16, .int4, .uint4, .int2,
        .uint2, .float4e2m1fn:
        self.init(7, .varint)
      case .resource, .variant: return nil
      }
    }
  }

  /// Counts the values in the TensorProto in `message`.
  init(_ source: WireFile, in message: Range<Int>, dtype: DType) throws(MetaGraphError) {
    guard let list = Field(dtype) else { return }
    var numbers = 0
    try source.forEachField(in: message) { (field, payload) throws(MetaGraphError) in
      guard field == list.number else { return }
      switch (list.coding, payload) {
      case (.strings, .range(let part)):
        numbers += 1
        byteCount += part.count
      case (.bytes, .range(let part)): numbers = part.count
      case (.fixed(let width), .range(let part)):
        guard part.count.isMultiple(of: width) else {
          throw MetaGraphError(
            .constant(.raggedList(byteCount: part.count, width: width)), file: source.file.path, offset: part.lowerBound
          )
        }
        numbers += part.count / width
      case (.varint, .number): numbers += 1
      case (.varint, .range(let part)):
        numbers += try source.varintCount(in: part)
      default: throw source.wrongType(field, payload, in: message)
      }
    }
    guard numbers.isMultiple(of: list.numbersPerElement) else {
      throw MetaGraphError(
        .constant(.raggedList(byteCount: numbers, width: list.numbersPerElement)), file: source.file.path,
        offset: message.lowerBound)
    }
    count = numbers / list.numbersPerElement
  }
}

extension WireFile {
  /// The number of varints that end in a payload.
  fileprivate func varintCount(in range: Range<Int>) throws(MetaGraphError) -> Int {
    var count = 0
    var offset = range.lowerBound
    var buffer: [UInt8] = []
    while offset < range.upperBound {
      let pieceByteCount = try MetaGraphError.wrap(file.path, readPiece(at: offset, of: range, into: &buffer))
      for byte in buffer.prefix(pieceByteCount) where byte < 0x80 { count += 1 }
      offset += pieceByteCount
    }
    return count
  }
}

extension RawSpan {
  /// The byte at an index, which is checked.
  func unsafeByte(_ index: Int) -> UInt8 {
    // Every bit pattern is a UInt8, and `unsafeLoad` checks its bounds.
    unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }
}
