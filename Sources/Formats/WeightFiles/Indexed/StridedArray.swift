internal import Bytes
internal import Compression
internal import Files
internal import Tensors

/// The elements of a tensor as they lie in a storage: packed, or with a distance between neighbors on each axis, as NumPy and PyTorch
/// describe views, transposed arrays and arrays in Fortran order.
struct StridedArray: Sendable {
  /// The storage.
  let bytes: StoredBytes
  /// Bytes of one element.
  let width: Int
  let shape: Shape
  /// The index in the storage of the first element.
  let offset: Int
  /// The distance between neighbors on each axis, in elements; 0 repeats them. Nil if the elements are packed.
  let strides: [Int]?
  /// The length of the numbers whose bytes are reversed, because they are big-endian; 1 if none are.
  let swappedByteCount: Int

  /// The most bytes of elements that are gathered at a time.
  private static let blockByteCount = 1 << 24
  /// The most bytes that are read at a time to gather elements from.
  private static let windowByteCount = 1 << 22
  /// A view that repeats elements may have this many bytes, or as many as its storage if that is more.
  static let maximumRepeatedByteCount = 1 << 30

  /// An array whose elements all lie within its storage.
  ///
  /// - Parameters:
  ///   - bytes: the storage.
  ///   - dtype: the type of the elements, which has a fixed width.
  ///   - width: the bytes of one element, if they are units of another length that are decoded.
  ///   - shape: the extents.
  ///   - offset: the index of the first element.
  ///   - strides: one for each axis; nil if the elements are packed.
  ///   - isBigEndian: whether the bytes of numbers are in the other order.
  /// - Throws: `StridedDefect` if elements lie outside, or repeat too much.
  init(
    _ bytes: StoredBytes, dtype: DType, width: Int? = nil, shape: Shape, offset: Int = 0, strides: [Int]? = nil,
    isBigEndian: Bool = false
  ) throws(StridedDefect) {
    let width = width ?? dtype.byteCount ?? 1
    self.bytes = bytes
    self.width = width
    self.shape = shape
    self.offset = offset
    // Complex numbers are two numbers, each in its own byte order.
    swappedByteCount = isBigEndian ? (dtype.kind == .complex ? width / 2 : width) : 1
    let storedCount = bytes.byteCount / width
    guard let byteCount = shape.elementCount.multipliedChecked(by: width) else { throw .tooManyElements }
    guard offset >= 0, strides.map({ $0.count == shape.rank && $0.allSatisfy { $0 >= 0 } }) ?? true else {
      throw .badPlace
    }
    var packed = 1
    var last = offset
    var isPacked = true
    for (axis, extent) in shape.dimensions.enumerated().reversed() {
      let stride = strides?[axis] ?? packed
      // The stride of an axis with one element means nothing.
      if extent > 1, stride != packed { isPacked = false }
      packed = packed.multipliedChecked(by: max(extent, 1)) ?? .max
      guard let reach = max(extent - 1, 0).multipliedChecked(by: stride), let next = last.addingChecked(reach) else {
        throw .badPlace
      }
      last = next
    }
    guard shape.elementCount == 0 || last < storedCount else {
      throw .pastEnd(needed: last.addingChecked(1) ?? .max, stored: storedCount)
    }
    guard byteCount <= max(bytes.byteCount, Self.maximumRepeatedByteCount) else {
      throw .repeated(byteCount: byteCount, stored: bytes.byteCount, limit: Self.maximumRepeatedByteCount)
    }
    self.strides = isPacked ? nil : strides
  }

  /// Hands out the elements in row-major order, little-endian: at least one piece, which may be empty.
  ///
  /// A member of an archive that has a checksum is verified: on the way if the array is all of it, otherwise by reading it first.
  ///
  /// - Parameters:
  ///   - pieceByteCount: the most bytes of a piece, at least the width of an element.
  ///   - buffers: buffers for the pieces.
  ///   - body: receives each piece.
  /// - Throws: what reading or `body` throws, and the archive's error for a wrong checksum.
  func forEachPiece(
    upTo pieceByteCount: Int, buffers: BufferPool, _ body: (RawSpan) throws -> Void
  ) throws {
    let byteCount = shape.elementCount * width
    guard byteCount > 0 else { return try body([UInt8]().rawSpan) }
    guard strides == nil else {
      if case .member(let storage) = bytes { try storage.verify() }
      return try forEachGatheredPiece(upTo: pieceByteCount, body)
    }
    var storage: ZipStorage?
    if case .member(let member) = bytes, member.needsVerification {
      if byteCount == bytes.byteCount { storage = member } else { try member.verify() }
    }
    // The limit may be smaller than a number of the width that the pool's buffers have room for.
    let pieceByteCount = min(pieceByteCount, buffers.byteCount) / width * width
    var buffer = buffers.take()
    defer { buffers.give(buffer) }
    var checksum: UInt = 0
    var done = 0
    while done < byteCount {
      let count = min(pieceByteCount, byteCount - done)
      try bytes.read(at: offset * width + done, count: count, into: &buffer)
      if storage != nil { checksum = CRC32.extend(checksum, buffer.rawSpan.extracting(first: count)) }
      if swappedByteCount > 1 { buffer.swapBytes(ofEach: swappedByteCount, count: count) }
      try body(buffer.rawSpan.extracting(first: count))
      done += count
    }
    try storage?.verify(computed: checksum)
  }

  /// Where the elements are in a file; nil if they are not packed there, or their bytes are in another order.
  ///
  /// - Throws: the archive's error if a member's header is damaged.
  var place: StoredElements? {
    get throws {
      guard strides == nil, swappedByteCount == 1 else { return nil }
      var bytes = bytes
      if case .member(let member) = bytes { bytes = try member.bytes() }
      guard case .file(let file, let range) = bytes else { return nil }
      return StoredElements(file, at: range.lowerBound + offset * width)
    }
  }

  // MARK: - Elements that are not packed

  private func forEachGatheredPiece(upTo pieceByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let boxes = RowBlocks(dimensions: shape.dimensions, maximumElementCount: max(1, Self.blockByteCount / width))
    var gathering = Gathering(array: self)
    let pieceByteCount = pieceByteCount / width * width
    var element = 0
    while element < shape.elementCount {
      let box = boxes.box(at: element)
      try gathering.gather(start: box.start, extents: box.extents)
      let byteCount = box.elementCount * width
      if swappedByteCount > 1 { gathering.block.swapBytes(ofEach: swappedByteCount, count: byteCount) }
      var done = 0
      while done < byteCount {
        let count = min(pieceByteCount, byteCount - done)
        try body(gathering.block.rawSpan.extracting(done..<done + count))
        done += count
      }
      element += box.elementCount
    }
  }

  /// Collects the elements of a box from wherever they are in the storage.
  private struct Gathering {
    let array: StridedArray
    let strides: [Int]
    /// The elements of the last box, packed, in the storage's byte order.
    var block: [UInt8] = []
    private var window: [UInt8] = []

    init(array: StridedArray) {
      self.array = array
      strides = array.strides ?? []
    }

    mutating func gather(start: [Int], extents: [Int]) throws {
      let width = array.width
      let count = extents.reduce(1, *)
      if block.count < count * width { block = [UInt8](repeating: 0, count: count * width) }
      let first = zip(start, strides).reduce(array.offset) { $0 + $1.0 * $1.1 }
      let span = zip(extents, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 }
      // One read if it brings little that is not wanted.
      if span * width <= max(StridedArray.windowByteCount, 2 * count * width) {
        try array.bytes.read(at: first * width, count: span * width, into: &window)
        copy(extents, windowStrides: strides, blockStrides: Self.packedStrides(extents), from: 0, to: 0)
        return
      }
      try gatherRuns(first: first, extents: extents)
    }

    /// Reads along the axis whose elements are nearest to each other, run by run.
    private mutating func gatherRuns(first: Int, extents: [Int]) throws {
      let width = array.width
      let packed = Self.packedStrides(extents)
      let candidates = extents.indices.filter { extents[$0] > 1 && strides[$0] > 0 }
      guard let axis = candidates.min(by: { strides[$0] < strides[$1] }) else { return }
      let perRun = min(extents[axis], max(1, StridedArray.windowByteCount / width / strides[axis]))
      var others = extents
      others[axis] = 1
      try Self.forEachIndex(of: others) { index in
        let base = zip(index, strides).reduce(first) { $0 + $1.0 * $1.1 }
        let target = zip(index, packed).reduce(0) { $0 + $1.0 * $1.1 }
        var done = 0
        while done < extents[axis] {
          let count = min(perRun, extents[axis] - done)
          let span = (count - 1) * strides[axis] + 1
          try array.bytes.read(at: (base + done * strides[axis]) * width, count: span * width, into: &window)
          copy(
            [count], windowStrides: [strides[axis]], blockStrides: [packed[axis]], from: 0,
            to: target + done * packed[axis])
          done += count
        }
      }
    }

    /// Copies a box of elements from the window to the block.
    private mutating func copy(
      _ extents: [Int], windowStrides: [Int], blockStrides: [Int], from source: Int, to target: Int
    ) {
      let width = array.width
      let last = extents.count - 1
      var outer = extents
      if last >= 0 { outer[last] = 1 }
      Self.forEachIndex(of: outer) { index in
        var from = zip(index, windowStrides).reduce(source) { $0 + $1.0 * $1.1 } * width
        var to = zip(index, blockStrides).reduce(target) { $0 + $1.0 * $1.1 } * width
        let (fromStep, toStep) = last < 0 ? (0, 0) : (windowStrides[last] * width, blockStrides[last] * width)
        let count = last < 0 ? 1 : extents[last]
        // The caller read the whole span of the box into the window, and the block has room for the box.
        precondition(from + (count - 1) * fromStep + width <= window.count, "the window holds the run")
        precondition(to + (count - 1) * toStep + width <= block.count, "the block has room for the run")
        unsafe window.withUnsafeBytes { window in
          unsafe block.withUnsafeMutableBytes { block in
            guard let source = window.baseAddress, let target = block.baseAddress else { return }
            for _ in 0..<count {
              unsafe target.advanced(by: to).copyMemory(from: source.advanced(by: from), byteCount: width)
              from += fromStep
              to += toStep
            }
          }
        }
      }
    }

    private static func packedStrides(_ extents: [Int]) -> [Int] {
      var strides = [Int](repeating: 1, count: extents.count)
      for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * extents[axis + 1] }
      return strides
    }

    /// Calls `body` for every index of a box, the last axis fastest.
    private static func forEachIndex(of extents: [Int], _ body: ([Int]) throws -> Void) rethrows {
      guard extents.allSatisfy({ $0 > 0 }) else { return }
      var index = [Int](repeating: 0, count: extents.count)
      while true {
        try body(index)
        var axis = extents.count - 1
        while axis >= 0 {
          index[axis] += 1
          if index[axis] < extents[axis] { break }
          index[axis] = 0
          axis -= 1
        }
        if axis < 0 { return }
      }
    }
  }
}

extension StridedArray {
  /// Packed elements that fill the shape.
  init(packed bytes: StoredBytes, dtype: DType, shape: Shape) throws(WeightFileDefect) {
    do throws(StridedDefect) { try self.init(bytes, dtype: dtype, shape: shape) } catch { throw .strided(error) }
  }

  /// All bytes of a storage, as elements of one byte.
  init(bytesOf storage: StoredBytes) throws(WeightFileDefect) {
    try self.init(packed: storage, dtype: .uint8, shape: Shape(checking: [storage.byteCount]))
  }
}

extension Shape {
  /// A shape whose error is one of a weight file.
  init(checking dimensions: [Int]) throws(WeightFileDefect) {
    do throws(ShapeError) { try self.init(dimensions) } catch { throw .badShape(error) }
  }
}
