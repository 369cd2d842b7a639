internal import Tensors
internal import Threads

/// A box of a tensor on its way to the file.
struct HDF5Box: Sendable {
  /// What is written.
  enum Content: Sendable {
    /// Unchanged elements.
    case elements([UInt8])
    /// A chunk that is being compressed; nil if that fails.
    case chunk(BackgroundTask<[UInt8]?>)
  }

  /// The tensor, by its index in the list.
  let index: Int
  /// How the tensor is cut; nil for a scalar.
  let blocks: RowBlocks?
  /// The box's first element.
  let element: Int
  /// Its elements.
  let elementCount: Int
  /// Whether it is the tensor's last.
  let isLast: Bool
  let content: Content
}

/// Takes the elements of one tensor as they come, and cuts them into boxes.
struct HDF5BoxCutter {
  let index: Int
  let blocks: RowBlocks?
  /// Elements of the tensor, and those before the next box.
  let elementCount: Int
  private(set) var element = 0
  /// Bytes of an element.
  let width: Int
  /// The elements of the next box that have arrived.
  private(set) var buffer: [UInt8] = []

  init(_ descriptor: TensorDescriptor, index: Int, width: Int, maximumByteCount: Int) {
    self.index = index
    self.width = width
    elementCount = descriptor.shape.elementCount
    blocks =
      descriptor.shape.rank == 0
      ? nil : RowBlocks(dimensions: descriptor.shape.dimensions, maximumElementCount: maximumByteCount / width)
  }

  /// Whether every element has arrived.
  var isComplete: Bool { element == elementCount }

  /// Bytes that have arrived.
  var byteCount: Int { element * width + buffer.count }

  /// Takes the part that belongs to the next box.
  ///
  /// - Returns: how many bytes were taken, and the box if they complete it.
  mutating func take(
    _ piece: RawSpan, from start: Int, _ content: (_ elements: [UInt8], RowBlocks?) -> HDF5Box.Content
  ) -> (byteCount: Int, box: HDF5Box?) {
    let boxElementCount = blocks?.box(at: element).elementCount ?? 1
    let boxByteCount = boxElementCount * width
    let count = min(boxByteCount - buffer.count, piece.byteCount - start)
    if buffer.isEmpty { buffer.reserveCapacity(boxByteCount) }
    unsafe piece.extracting(start..<start + count).withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    guard buffer.count == boxByteCount else { return (count, nil) }
    let elements = buffer
    buffer = []
    let box = HDF5Box(
      index: index, blocks: blocks, element: element, elementCount: boxElementCount,
      isLast: element + boxElementCount == elementCount, content: content(elements, blocks))
    element += boxElementCount
    return (count, box)
  }
}
