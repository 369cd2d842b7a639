internal import Bytes
internal import Tensors

/// What a GGUF model will contain: everything before the data, and where each tensor's data goes.
struct GGUFContents {
  private(set) var descriptors: [TensorDescriptor] = []
  /// The key-values and the list of tensors, padded, without the key-values that are copied from the source.
  private var header: [UInt8] = []
  /// The key-values that are copied, and the number of bytes of `header` before each.
  private var copied: [(place: Int, keyValue: GGUFKeyValue)] = []
  /// The bytes of all of them.
  private var copiedByteCount = 0
  /// The offset in the file of each tensor.
  private(set) var places: [Int] = []
  /// The length of the file, whose last tensor is padded.
  private(set) var byteCount = 0

  /// The tensors that are blocks.
  private var types: [ByteString: BlockQuantization] = [:]

  /// GGML's limit on the number of axes.
  static let maximumRank = 4
  private static let version: UInt32 = 3

  init() {}

  /// Nil if the bytes cannot be counted.
  ///
  /// - Precondition: GGUF has a type for each tensor.
  init?(_ descriptors: [TensorDescriptor], metadata: [String: String], stored: GGUFKeyValues) {
    self.descriptors = descriptors
    let alignment = GGUFMetadata.alignment(of: metadata)
    func aligned(_ count: Int) -> Int? { count.addingChecked(alignment - 1).map { $0 / alignment * alignment } }
    let values = GGUFMetadata.values(of: metadata, stored: stored)
    types = GGUFMetadata.blockTypes(of: metadata)
    header = GGUFHeader.magic
    append(Self.version)
    append(UInt64(descriptors.count))
    append(UInt64(values.count))
    for (key, value) in values { append(key, value) }
    var offset = 0
    var offsets: [Int] = []
    for descriptor in descriptors {
      append(descriptor, offset: offset)
      offsets.append(offset)
      guard let end = offset.addingChecked(descriptor.byteCount).flatMap(aligned) else { return nil }
      offset = end
    }
    guard let start = aligned(headerByteCount), let end = start.addingChecked(offset) else { return nil }
    header += [UInt8](repeating: 0, count: start - headerByteCount)
    places = offsets.map { start + $0 }
    byteCount = end
  }

  /// The bytes before the data.
  var headerByteCount: Int { header.count + copiedByteCount }

  /// Hands out everything before the data in pieces, each with its offset in the file.
  ///
  /// - Throws: what `body` throws, or what reading a key-value of the source throws.
  func forEachPieceOfHeader(_ body: (RawSpan, Int) throws -> Void) throws {
    var (done, offset) = (0, 0)
    func write(_ piece: RawSpan) throws {
      try body(piece, offset)
      offset += piece.byteCount
    }
    for (place, keyValue) in copied {
      try write(header.rawSpan.extracting(done..<place))
      done = place
      try keyValue.forEachPiece(write)
    }
    try write(header.rawSpan.extracting(done..<header.count))
  }

  private mutating func append(_ key: String, _ value: GGUFMetadata.Value) {
    if case .stored(let keyValue) = value {
      copied.append((header.count, keyValue))
      copiedByteCount += keyValue.range.count
      return
    }
    append(key)
    switch value {
    case .stored: break
    case .uint32(let number):
      append(GGUFValueType.uint32.rawValue)
      append(number)
    case .text(let text):
      append(GGUFValueType.string.rawValue)
      append(text)
    case .texts(let texts):
      append(GGUFValueType.array.rawValue)
      append(GGUFValueType.string.rawValue)
      append(UInt64(texts.count))
      for text in texts { append(text) }
    }
  }

  private mutating func append(_ descriptor: TensorDescriptor, offset: Int) {
    append(descriptor.name)
    append(UInt32(descriptor.shape.rank))
    let blocks = Self.blocks(of: descriptor, types)
    var extents = descriptor.shape.dimensions
    if let blocks, let last = extents.popLast() {
      extents.append(last / blocks.blockByteCount * blocks.elementsPerBlock)
    }
    for extent in extents.reversed() { append(UInt64(extent)) }
    append(blocks?.rawValue ?? GGUFType.number(of: descriptor.dtype) ?? 0)
    append(UInt64(offset))
  }

  /// The type of a tensor that is blocks, shown as bytes; nil for another tensor.
  static func blocks(
    of descriptor: TensorDescriptor, _ types: [ByteString: BlockQuantization]
  ) -> BlockQuantization? {
    guard descriptor.dtype == .uint8, let type = types[ByteString(descriptor.name)],
      descriptor.shape.dimensions.last?.isMultiple(of: type.blockByteCount) == true
    else { return nil }
    return type
  }

  private mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    header += text.utf8
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    var rest = number
    for _ in 0..<number.bitWidth / 8 {
      header.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}
