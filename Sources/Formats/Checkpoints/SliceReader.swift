internal import Bytes
internal import Files
internal import Tensors

/// Reads a partitioned tensor as a whole, no matter where its slices are.
struct SliceReader {
  private let slices: [TensorSlice]
  private let layouts: [SliceLayout]
  private let descriptor: TensorDescriptor

  /// - Throws: `SliceDefect` if the slices do not make up the tensor.
  init(_ slices: [TensorSlice], of descriptor: TensorDescriptor) throws(SliceDefect) {
    self.slices = slices
    self.descriptor = descriptor
    layouts = try SliceCover.check(slices, of: descriptor.shape).map { SliceLayout($0, in: descriptor.shape) }
  }

  /// The number of elements in a slice, given by its index.
  func elementCount(of number: Int) -> Int { layouts[number].elementCount }

  /// The slices in the order of their elements, if each is one piece of the tensor (some of its leading rows), which is how variables
  /// are usually partitioned. Such slices can be passed on as they are read. Nil for any other partition.
  var contiguousOrder: [Int]? {
    guard layouts.allSatisfy(\.isContiguous) else { return nil }
    return layouts.indices.sorted { layouts[$0].tensorOffset(ofRun: 0) < layouts[$1].tensorOffset(ofRun: 0) }
  }

  /// Assembles the whole tensor in memory.
  ///
  /// - Parameters:
  ///   - width: bytes of an element.
  ///   - readSlice: reads a slice, given by its index, in order and in pieces that end at elements' ends.
  /// - Returns: the bytes of all elements.
  /// - Throws: what `readSlice` throws.
  /// - Precondition: the files are known to hold the slices, because memory is allocated for all of them.
  func assemble(width: Int, readSlice: (Int, (RawSpan) throws -> Void) throws -> Void) throws -> [UInt8] {
    let byteCount = descriptor.shape.elementCount * width
    guard MemoryRoom.has(byteCount) else {
      throw FileError(.outOfMemory(byteCount: byteCount), file: descriptor.name)
    }
    var whole = [UInt8](repeating: 0, count: byteCount)
    for (number, layout) in layouts.enumerated() {
      var done = 0
      try readSlice(number) { piece in
        let count = piece.byteCount / width
        layout.forEachRun(from: done, count: count) { sliceOffset, tensorOffset, count in
          let source = piece.extracting(((sliceOffset - done) * width)..<((sliceOffset - done + count) * width))
          whole.replace(at: tensorOffset * width, with: source)
        }
        done += count
      }
    }
    return whole
  }

  /// Puts the strings of all slices in order.
  func readStrings(_ readSlice: (Int) throws -> [[UInt8]]) throws -> [[UInt8]] {
    // The slices come first: each proves that its strings exist before memory for all of them is allocated.
    let parts = try layouts.indices.map(readSlice)
    var whole = [[UInt8]](repeating: [], count: descriptor.shape.elementCount)
    for (layout, strings) in zip(layouts, parts) {
      layout.forEachRun(from: 0, count: layout.elementCount) { sliceOffset, tensorOffset, count in
        for index in 0..<count { whole[tensorOffset + index] = strings[sliceOffset + index] }
      }
    }
    return whole
  }
}

extension [UInt8] {
  /// Hands out all bytes in pieces that end at the end of an element.
  func forEachPiece(width: Int, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let limit = maximumByteCount - maximumByteCount % width
    for start in stride(from: 0, to: count, by: limit) {
      try body(rawSpan.extracting(start..<Swift.min(start + limit, count)))
    }
  }

  /// Overwrites the bytes from `index` on.
  ///
  /// - Precondition: there are that many bytes.
  fileprivate mutating func replace(at index: Int, with bytes: RawSpan) {
    precondition(index >= 0 && bytes.byteCount <= count - index, "a slice lies in its tensor")
    // In range by the precondition; source and destination are different memory.
    unsafe withUnsafeMutableBytes { destination in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: destination[index..<index + source.count]).copyMemory(
          from: source)
      }
    }
  }

  /// Reverses the bytes of each number of `width` bytes among the first `count` bytes.
  mutating func swapBytes(ofEach width: Int, count: Int) {
    for start in stride(from: 0, through: count - width, by: width) {
      for index in 0..<width / 2 { swapAt(start + index, start + width - 1 - index) }
    }
  }
}

extension CheckpointDefect {
  /// Why a tensor with this dtype cannot be read in the requested way.
  static func unsuitable(_ dtype: DType) -> Self {
    dtype.kind == .opaque ? .entry(.unreadableDType(dtype)) : .entry(.wrongKind(dtype))
  }
}
