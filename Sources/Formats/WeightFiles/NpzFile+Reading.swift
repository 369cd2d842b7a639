internal import Bytes
internal import Files
internal import Messages
package import Tensors

extension NpzFile {
  /// The number of bytes to read at a time.
  private static let blockByteCount = 1 << 17
  /// The largest array that is held in memory whole: strings, and arrays in Fortran order. A deflated megabyte can expand to it.
  private static let maximumHeldByteCount = 1 << 30

  /// Reads a tensor's elements in pieces; see `TensorSource`.
  ///
  /// An array whose first axis is innermost (Fortran order) is held in memory whole, and reordered.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let content = try require(descriptor)
    let storage = content.header.storage
    guard let width = storage.dtype.byteCount else { throw wrongKind(storage.dtype, descriptor) }
    precondition(maximumByteCount >= width, "a piece holds at least one element")
    let pieceByteCount = maximumByteCount / width * width
    if content.header.isFortranOrder, content.header.shape.rank > 1, content.header.shape.elementCount > 0 {
      var stored = try held(content, timesInMemory: 1)
      try forEachBlock(of: content, width: width) { block in
        unsafe block.withUnsafeBytes { unsafe stored.append(contentsOf: $0) }
      }
      return try FortranOrder(shape: content.header.shape, width: width).forEachPiece(
        of: stored, maximumByteCount: pieceByteCount, body)
    }
    try forEachBlock(of: content, width: width) { block in
      var done = 0
      repeat {
        let count = min(pieceByteCount, block.byteCount - done)
        try body(block.extracting(done..<done + count))
        done += count
      } while done < block.byteCount
    }
  }

  /// Reads the elements of a string array, without the zeros with which numpy pads them.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let content = try require(descriptor)
    let storage = content.header.storage
    guard storage.dtype == .string else { throw wrongKind(storage.dtype, descriptor) }
    let count = content.header.shape.elementCount
    guard storage.width > 0 else { return [[UInt8]](repeating: [], count: count) }
    var stored = try held(content, timesInMemory: 3)
    try forEachBlock(of: content, width: 1) { block in
      unsafe block.withUnsafeBytes { unsafe stored.append(contentsOf: $0) }
    }
    let strings = (0..<count).map { storage.string(of: stored[($0 * storage.width)..<($0 + 1) * storage.width]) }
    guard content.header.isFortranOrder else { return strings }
    return FortranOrder(shape: content.header.shape, width: 1).places.map { strings[$0] }
  }

  /// An empty array with room for all elements of an array that is held whole.
  private func held(_ content: Content, timesInMemory: Int) throws(FileError) -> [UInt8] {
    // The file can hold this many: deflated or not, that was checked when it was opened.
    let byteCount = content.header.shape.elementCount * content.header.storage.width
    let limit = byteCount.multipliedChecked(by: timesInMemory) ?? .max
    guard byteCount <= Self.maximumHeldByteCount, MemoryRoom.has(limit) else {
      throw FileError(.outOfMemory(byteCount: limit), file: file.path)
    }
    var stored: [UInt8] = []
    stored.reserveCapacity(byteCount)
    return stored
  }

  private func require(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> Content {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return contents[index]
  }

  private func wrongKind(_ dtype: DType, _ descriptor: TensorDescriptor) -> WeightFileError {
    WeightFileError(.wrongKind(dtype), file: file.path, tensor: descriptor.name)
  }

  /// The stored elements in order, little-endian, in blocks that end at an element's end; one empty block if there are none.
  private func forEachBlock(of content: Content, width: Int, _ body: (RawSpan) throws -> Void) throws {
    let header = content.header
    let total = header.shape.elementCount * header.storage.width
    let blockByteCount = Self.blockByteCount / max(width, 1) * max(width, 1)
    // Complex numbers are two numbers side by side, each in its own byte order.
    let swapWidth =
      header.storage.isBigEndian && header.storage.dtype != .string
      ? (header.storage.dtype.kind == .complex ? width / 2 : width) : 1
    var buffer: [UInt8] = []
    var reader: ZipMemberReader?
    if let member = content.member, let archive {
      let opened = try ZipMemberReader(member, of: archive, verifiesChecksum: options.verifiesChecksums)
      _ = try opened.read(upTo: header.byteCount, into: &buffer)
      reader = opened
    }
    var done = 0
    repeat {
      let count = min(blockByteCount, total - done)
      if let reader {
        _ = try reader.read(upTo: count, into: &buffer)
      } else {
        try file.read(at: header.byteCount + done, count: count, into: &buffer)
      }
      if swapWidth > 1 { buffer.swapBytes(ofEach: swapWidth, count: count) }
      try body(buffer.rawSpan.extracting(first: count))
      done += count
    } while done < total
    try reader?.finish()
  }
}

/// The elements of an array whose first axis is innermost, reordered so that the last one is.
struct FortranOrder {
  let shape: Shape
  let width: Int

  /// For each element in row-major order, its index in the stored order.
  var places: [Int] {
    var places: [Int] = []
    places.reserveCapacity(shape.elementCount)
    forEachPlace { places.append($0) }
    return places
  }

  /// Hands out all elements in row-major order.
  func forEachPiece(of stored: [UInt8], maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    var piece: [UInt8] = []
    piece.reserveCapacity(min(maximumByteCount, stored.count))
    try forEachPlace { place in
      piece.append(contentsOf: stored[(place * width)..<(place + 1) * width])
      guard piece.count == maximumByteCount else { return }
      try body(piece.rawSpan)
      piece.removeAll(keepingCapacity: true)
    }
    if !piece.isEmpty { try body(piece.rawSpan) }
  }

  private func forEachPlace(_ body: (Int) throws -> Void) rethrows {
    guard shape.elementCount > 0 else { return }
    var strides: [Int] = []
    var product = 1
    for dimension in shape.dimensions {
      strides.append(product)
      product *= dimension
    }
    var index = [Int](repeating: 0, count: shape.rank)
    var place = 0
    while true {
      try body(place)
      var axis = shape.rank - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape.dimensions[axis] { break }
        place -= strides[axis] * shape.dimensions[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

extension [UInt8] {
  /// Reverses the bytes of each number of `width` bytes among the first `count` bytes.
  mutating func swapBytes(ofEach width: Int, count: Int) {
    for start in stride(from: 0, through: count - width, by: width) {
      for index in 0..<width / 2 { swapAt(start + index, start + width - 1 - index) }
    }
  }
}
