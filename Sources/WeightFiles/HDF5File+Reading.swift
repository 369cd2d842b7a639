internal import Bytes
internal import CDecantHDF5
internal import CHDF5
internal import Foundation
public import Tensors

extension HDF5File {
  /// Bytes that one call of the library is asked for; pieces for the caller are cut from them.
  private static let boxByteCount = 1 << 20

  /// Reads a tensor's elements in pieces; see `TensorSource`.
  public func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    guard let width = descriptor.dtype.byteCount else { throw error(.wrongKind(descriptor.dtype), descriptor) }
    let pieceByteCount = maximumByteCount / width * width
    precondition(pieceByteCount > 0, "a piece holds at least one element")
    if descriptor.shape.elementCount == 0 { return try body([UInt8]().rawSpan) }
    let dataset = try open(descriptor)
    let type = HDF5Type.make(descriptor.dtype)
    guard let type else { throw libraryError(descriptor) }
    let blocks = blocks(of: descriptor, dataset: dataset, width: width)
    var buffer: [UInt8] = []
    var element = 0
    // The lock is held while the library reads and not while `body` runs, which may write another HDF5 file.
    while element < descriptor.shape.elementCount {
      let count = try readBox(at: element, blocks, of: dataset, as: type, width: width, into: &buffer, descriptor)
      var done = 0
      while done < count * width {
        let piece = min(pieceByteCount, count * width - done)
        try body(buffer.rawSpan.extracting(done..<done + piece))
        done += piece
      }
      element += count
    }
  }

  /// Reads all elements of a string tensor, within what the file could hold.
  public func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    guard descriptor.dtype == .string else { throw error(.wrongKind(descriptor.dtype), descriptor) }
    let count = descriptor.shape.elementCount
    if count == 0 { return [] }
    let dataset = try open(descriptor)
    return try HDF5Library.locked {
      guard let stored = HDF5Handle(H5Dget_type(dataset.id), .type) else { throw libraryError(descriptor) }
      if H5Tget_class(stored.id) == H5T_VLEN {
        guard let type = HDF5Handle(decant_hdf5_bytes_type(), .type) else { throw libraryError(descriptor) }
        return try unsafe readVariable(dataset, as: type, count: count, empty: hvl_t(), descriptor) { element in
          guard let bytes = unsafe element.p else { return [] }
          return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: element.len))
        }
      }
      if H5Tis_variable_str(stored.id) > 0 {
        let empty: UnsafeMutablePointer<CChar>? = nil
        return try unsafe readVariable(dataset, as: stored, count: count, empty: empty, descriptor) { element in
          guard let text = unsafe element else { return [] }
          return unsafe [UInt8](UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
      }
      let width = H5Tget_size(stored.id)
      guard width > 0, count <= Int.max / width else { throw libraryError(descriptor) }
      var bytes = [UInt8](repeating: 0, count: count * width)
      guard unsafe H5Dread(dataset.id, stored.id, 0, 0, 0, &bytes) >= 0 else { throw libraryError(descriptor) }
      return (0..<count).map { Array(Self.unpadded(bytes[($0 * width)..<($0 + 1) * width], of: stored.id)) }
    }
  }

  /// The content of a fixed-width string without what fills it up.
  static func unpadded(_ bytes: ArraySlice<UInt8>, of type: hid_t) -> ArraySlice<UInt8> {
    switch H5Tget_strpad(type) {
    case H5T_STR_NULLTERM: bytes.prefix { $0 != 0 }
    case H5T_STR_SPACEPAD: bytes[..<(bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? bytes.startIndex)]
    default: bytes[..<(bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex)]
    }
  }

  /// The extents of a dataset's chunks; nil where it has none.
  static func chunk(of properties: hid_t) -> [Int]? {
    var extents = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
    let rank = unsafe H5Pget_chunk(properties, H5S_MAX_RANK, &extents)
    guard rank > 0 else { return nil }
    return extents.prefix(Int(rank)).map { Int(clamping: $0) }
  }

  private func open(_ descriptor: TensorDescriptor) throws(WeightFileError) -> HDF5Handle {
    let path = paths[Array(descriptor.name.utf8)] ?? descriptor.name
    let dataset = HDF5Library.locked { HDF5Handle(unsafe H5Dopen2(file.id, path, 0), .dataset) }
    guard let dataset else { throw libraryError(descriptor) }
    return dataset
  }

  /// Nil for a scalar.
  private func blocks(of descriptor: TensorDescriptor, dataset: borrowing HDF5Handle, width: Int) -> RowBlocks? {
    guard descriptor.shape.rank > 0 else { return nil }
    let chunk = HDF5Library.locked { () -> [Int]? in
      guard let properties = HDF5Handle(H5Dget_create_plist(dataset.id), .properties),
        H5Pget_layout(properties.id) == H5D_CHUNKED
      else { return nil }
      return Self.chunk(of: properties.id)
    }
    return RowBlocks(
      dimensions: descriptor.shape.dimensions, maximumElementCount: max(1, Self.boxByteCount / width), chunk: chunk)
  }

  /// Reads the box at `element` and returns how many elements it has.
  private func readBox(
    at element: Int, _ blocks: RowBlocks?, of dataset: borrowing HDF5Handle, as type: borrowing HDF5Handle, width: Int,
    into buffer: inout [UInt8], _ descriptor: TensorDescriptor
  ) throws(WeightFileError) -> Int {
    try HDF5Library.locked { () throws(WeightFileError) -> Int in
      let box = blocks?.box(at: element)
      let count = box?.elementCount ?? 1
      guard let selection = HDF5Selection(box: box.map { ($0.start, $0.extents) }, of: dataset) else {
        throw libraryError(descriptor)
      }
      if buffer.count < count * width { buffer = [UInt8](repeating: 0, count: count * width) }
      // The buffer holds the box: its elements times the width of `type`.
      guard unsafe H5Dread(dataset.id, type.id, selection.memory.id, selection.file.id, 0, &buffer) >= 0 else {
        throw libraryError(descriptor)
      }
      return count
    }
  }

  /// Reads elements that the library allocates, within what the file could hold.
  private func readVariable<Element: BitwiseCopyable>(
    _ dataset: borrowing HDF5Handle, as type: borrowing HDF5Handle, count: Int, empty: Element,
    _ descriptor: TensorDescriptor, _ bytes: (Element) -> [UInt8]
  ) throws(WeightFileError) -> [[UInt8]] {
    let limit = (files[0].byteCount ?? 0).multipliedChecked(by: 64) ?? .max
    let budget = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    unsafe budget.initialize(to: limit)
    defer { unsafe budget.deallocate() }
    guard let transfer = HDF5Handle(H5Pcreate(decant_hdf5_dataset_transfer_class()), .properties),
      unsafe decant_hdf5_limit_memory(transfer.id, budget) >= 0,
      let space = HDF5Handle(H5Dget_space(dataset.id), .space)
    else { throw libraryError(descriptor) }
    var elements = [Element](repeating: empty, count: count)
    let status = unsafe H5Dread(dataset.id, type.id, 0, 0, transfer.id, &elements)
    // Also after a failure: what was read before it is to be freed.
    defer { unsafe H5Dvlen_reclaim(type.id, space.id, transfer.id, &elements) }
    guard status >= 0 else {
      throw unsafe budget.pointee < limit / 2
        ? error(.stringsTooLarge(limit: limit), descriptor) : libraryError(descriptor)
    }
    return elements.map(bytes)
  }

  private func error(_ reason: WeightFileError.Reason, _ descriptor: TensorDescriptor) -> WeightFileError {
    WeightFileError(reason, file: files[0].path, tensor: descriptor.name)
  }

  private func libraryError(_ descriptor: TensorDescriptor) -> WeightFileError {
    error(.library(HDF5Library.lastMessage), descriptor)
  }
}

/// A box of a dataset and the memory it goes to or comes from.
struct HDF5Selection: ~Copyable {
  let memory: HDF5Handle
  let file: HDF5Handle

  /// Selects a box; without one, the single element of a scalar.
  init?(box: (start: [Int], extents: [Int])?, of dataset: borrowing HDF5Handle) {
    guard let file = HDF5Handle(H5Dget_space(dataset.id), .space) else { return nil }
    guard let box else {
      guard let memory = HDF5Handle(H5Screate(H5S_SCALAR), .space) else { return nil }
      self.memory = memory
      self.file = file
      return
    }
    let start = box.start.map { hsize_t(clamping: $0) }
    let extents = box.extents.map { hsize_t(clamping: $0) }
    guard unsafe H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, nil, extents, nil) >= 0,
      let memory = HDF5Handle(unsafe H5Screate_simple(Int32(extents.count), extents, nil), .space)
    else { return nil }
    self.memory = memory
    self.file = file
  }
}
