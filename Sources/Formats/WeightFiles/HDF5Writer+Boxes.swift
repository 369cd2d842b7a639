internal import CHDF5
internal import Tensors
internal import Threads

// Boxes of elements: compressed by several threads, written in order by the one that calls.

extension HDF5Writer {
  func isCompressed(_ descriptor: TensorDescriptor, _ blocks: RowBlocks?) -> Bool {
    compression > 0 && blocks != nil && descriptor.byteCount >= Self.minimumCompressedByteCount
  }

  /// Elements in the form in which they are written; starts to compress a chunk that is to be compressed.
  func content(
    _ elements: [UInt8], of descriptor: TensorDescriptor, width: Int, _ blocks: RowBlocks?
  ) -> HDF5Box.Content {
    guard let blocks, isCompressed(descriptor, blocks) else { return .elements(elements) }
    let byteCount = blocks.rowCount * blocks.rowElementCount * width
    let level = compression
    return .chunk(BackgroundTask { _ in HDF5Chunk.encode(elements, width: width, byteCount: byteCount, level: level) })
  }

  /// Writes a box, or lets it wait while chunks are being compressed.
  ///
  /// The library is always called in the order of the boxes, so that the file is the same no matter how many wait.
  func put(_ box: HDF5Box) throws(WeightFileError) {
    waiting.append(box)
    try writeWaiting(downTo: compression == 0 || threadCount == 1 ? 0 : Self.boxesPerThread * threadCount)
  }

  func writeWaiting(downTo count: Int) throws(WeightFileError) {
    while waiting.count > count { try write(waiting.removeFirst()) }
  }

  private func write(_ box: HDF5Box) throws(WeightFileError) {
    let elements: [UInt8]
    switch box.content {
    case .elements(let bytes): elements = bytes
    case .chunk(let task):
      guard case .some(.some(let bytes)) = try? task.wait() else {
        throw error(.cannotWrite("no memory for compression"), at: box.index)
      }
      elements = bytes
    }
    try HDF5Library.locked { () throws(WeightFileError) in
      if dataset == nil {
        guard let type = HDF5Type.make(descriptors[box.index].dtype) else { throw failure(at: box.index) }
        let handle = try createDataset(box.index, type: type, blocks: box.blocks)
        dataset = Dataset(handle: handle, type: type)
      }
      guard put(elements, of: box) else { throw failure(at: box.index) }
      if box.isLast { dataset = nil }
    }
  }

  /// Writes into the open dataset.
  private func put(_ elements: [UInt8], of box: HDF5Box) -> Bool {
    switch dataset {
    case .none: return false
    case .some(let dataset):
      let place = box.blocks?.box(at: box.element)
      if case .chunk = box.content {
        let start = place.map { $0.start.map { hsize_t(clamping: $0) } } ?? []
        return unsafe H5Dwrite_chunk(dataset.handle.id, 0, 0, start, elements.count, elements) >= 0
      }
      // The elements are exactly those of the box.
      guard let selection = HDF5Selection(box: place.map { ($0.start, $0.extents) }, of: dataset.handle) else {
        return false
      }
      return unsafe H5Dwrite(dataset.handle.id, dataset.type.id, selection.memory.id, selection.file.id, 0, elements)
        >= 0
    }
  }
}
