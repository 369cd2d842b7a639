internal import Bytes
internal import CDecantHDF5
internal import CHDF5
internal import Essentials
internal import Tensors
internal import Threads

/// Reads an HDF5 file with libhdf5, in this process: on some damaged files, libhdf5 loops forever or writes to memory
/// that it should not touch.
final class HDF5LibraryReader: HDF5Reader {
  private let fileByteCount: Int
  private let file: HDF5Handle
  /// The dataset of the last box, which has the library's cache of chunks.
  private let latest = Guarded<OpenDataset?>(nil)

  /// The number of bytes to read with one call of the library.
  private static let boxByteCount = 1 << 20
  /// Strings of variable length take at most this many times the file's bytes: one may be stored once and named many times.
  static let maximumStringExpansion = 64

  /// Opens the file.
  ///
  /// - Throws: `HDF5Defect.library` if libhdf5 does not recognize it as an HDF5 file.
  init(path: String, fileByteCount: Int) throws(HDF5Failure) {
    let opened = HDF5Library.locked { () -> HDF5Handle? in
      guard let access = HDF5Handle(H5Pcreate(decant_hdf5_file_access_class()), .properties),
        // Locks are useless if the file is only read, and fail on some network file systems.
        H5Pset_file_locking(access.id, false, true) >= 0
      else { return nil }
      // H5F_ACC_RDONLY, a macro in C.
      return HDF5Handle(unsafe H5Fopen(path, 0, access.id), .file)
    }
    guard let file = opened else { throw HDF5Failure(defect: .library(HDF5Library.lastMessage), tensor: nil) }
    self.fileByteCount = fileByteCount
    self.file = file
  }

  func contents() throws(HDF5Failure) -> HDF5Contents {
    var listing = HDF5Listing(fileByteCount: fileByteCount)
    try listing.visitAll(of: file)
    let metadata = listing.metadata(of: file)
    // Decant's own files show the names that were written, whether Keras's attributes are beside them or not.
    if metadata.strings[ContentDigests.versionKey] == nil { listing.applyKerasNames(of: file) }
    return HDF5Contents(
      datasets: listing.datasets, metadata: metadata.strings, problems: listing.problems,
      metadataFailure: metadata.failure)
  }

  func otherAttributes() throws(HDF5Failure) -> [String] {
    var listing = HDF5Listing(fileByteCount: fileByteCount, listsAttributes: true)
    try listing.visitAll(of: file)
    return listing.otherAttributes(besides: listing.metadata(of: file).strings, of: file)
  }

  /// What Keras finds in the file, by the bytes of the datasets' paths, whoever wrote it.
  func kerasWeights() -> [[UInt8]: KerasWeight] { KerasNames(of: file).places }

  /// An attribute of a group that is a string; nil if there is none.
  func attribute(_ name: String, of group: String) -> String? {
    HDF5Library.locked {
      guard let group = HDF5Handle(unsafe H5Gopen2(file.id, group, 0), .group) else { return nil }
      return HDF5Attributes.read(name, from: group.id)
    }
  }

  func readBox(of dataset: HDF5Dataset, at element: Int, into buffer: inout [UInt8]) throws(HDF5Failure) -> Int {
    let opened = try open(dataset)
    return try HDF5Library.locked { () throws(HDF5Failure) -> Int in
      let box = opened.blocks?.box(at: element)
      let byteCount = (box?.elementCount ?? 1) * opened.width
      guard let selection = HDF5Selection(box: box.map { ($0.start, $0.extents) }, of: opened.handle) else {
        throw libraryError(dataset)
      }
      if buffer.count < byteCount { buffer = [UInt8](repeating: 0, count: byteCount) }
      // The buffer holds the box: its elements times the width of the type.
      guard
        unsafe H5Dread(opened.handle.id, opened.type.id, selection.memory.id, selection.file.id, 0, &buffer) >= 0
      else { throw libraryError(dataset) }
      return byteCount
    }
  }

  func readStrings(of dataset: HDF5Dataset) throws(HDF5Failure) -> [[UInt8]] {
    let count = dataset.shape.elementCount
    return try HDF5Library.locked { () throws(HDF5Failure) -> [[UInt8]] in
      guard let handle = HDF5Handle(unsafe H5Dopen2(file.id, dataset.path, 0), .dataset),
        let stored = HDF5Handle(H5Dget_type(handle.id), .type),
        let space = HDF5Handle(H5Dget_space(handle.id), .space),
        // The whole dataset is read into a buffer with room for this many.
        H5Sget_simple_extent_npoints(space.id) == count
      else { throw libraryError(dataset) }
      if H5Tget_class(stored.id) == H5T_VLEN {
        guard let type = HDF5Handle(decant_hdf5_bytes_type(), .type) else { throw libraryError(dataset) }
        return try unsafe readVariable(handle, space, as: type, of: dataset, empty: hvl_t()) { element in
          guard let bytes = unsafe element.p else { return [] }
          return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: element.len))
        }
      }
      if H5Tis_variable_str(stored.id) > 0 {
        let empty: UnsafeMutablePointer<CChar>? = nil
        return try unsafe readVariable(handle, space, as: stored, of: dataset, empty: empty) { element in
          guard let text = unsafe element else { return [] }
          return unsafe [UInt8](UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
      }
      let width = H5Tget_size(stored.id)
      guard width > 0, count <= Int.max / width else { throw libraryError(dataset) }
      var bytes = [UInt8](repeating: 0, count: count * width)
      guard unsafe H5Dread(handle.id, stored.id, 0, 0, 0, &bytes) >= 0 else { throw libraryError(dataset) }
      return (0..<count).map { Array(Self.unpadded(bytes[($0 * width)..<($0 + 1) * width], of: stored.id)) }
    }
  }

  func rest() { latest.withLock { $0 = nil } }

  /// The content of a fixed-width string without its padding.
  static func unpadded(_ bytes: ArraySlice<UInt8>, of type: hid_t) -> ArraySlice<UInt8> {
    switch H5Tget_strpad(type) {
    case H5T_STR_NULLTERM: bytes.prefix { $0 != 0 }
    case H5T_STR_SPACEPAD: bytes[..<(bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? bytes.startIndex)]
    default: bytes[..<(bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex)]
    }
  }

  /// The extents of a dataset's chunks; nil if it has none.
  static func chunk(of properties: hid_t) -> [Int]? {
    var extents = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
    let rank = unsafe H5Pget_chunk(properties, H5S_MAX_RANK, &extents)
    guard rank > 0 else { return nil }
    return extents.prefix(Int(rank)).map { Int(clamping: $0) }
  }

  private func open(_ dataset: HDF5Dataset) throws(HDF5Failure) -> OpenDataset {
    if let latest = latest.withLock({ $0 }), latest.path.equalsInBytes(dataset.path) { return latest }
    let opened = HDF5Library.locked { OpenDataset(dataset, in: file) }
    guard let opened else { throw libraryError(dataset) }
    latest.withLock { $0 = opened }
    return opened
  }

  /// A dataset of fixed-width elements, and how it is read.
  private final class OpenDataset: Sendable {
    let path: String
    let handle: HDF5Handle
    /// The type of the elements in memory, and its bytes.
    let type: HDF5Handle
    let width: Int
    /// The boxes in which it is read; nil for a scalar.
    let blocks: RowBlocks?

    init?(_ dataset: HDF5Dataset, in file: borrowing HDF5Handle) {
      guard let width = dataset.dtype.byteCount,
        let handle = HDF5Handle(unsafe H5Dopen2(file.id, dataset.path, 0), .dataset),
        let type = Self.memoryType(of: handle, dataset.dtype), H5Tget_size(type.id) == width
      else { return nil }
      var chunk: [Int]?
      if let properties = HDF5Handle(H5Dget_create_plist(handle.id), .properties),
        H5Pget_layout(properties.id) == H5D_CHUNKED
      {
        chunk = HDF5LibraryReader.chunk(of: properties.id)
      }
      path = dataset.path
      self.handle = handle
      self.type = type
      self.width = width
      blocks =
        dataset.shape.rank == 0
        ? nil
        : RowBlocks(
          dimensions: dataset.shape.dimensions, maximumElementCount: max(1, boxByteCount / width), chunk: chunk)
    }

    /// The library converts numbers to another numeric type, but opaque bytes to nothing else.
    private static func memoryType(of dataset: borrowing HDF5Handle, _ dtype: DType) -> HDF5Handle? {
      guard let stored = HDF5Handle(H5Dget_type(dataset.id), .type), H5Tget_class(stored.id) == H5T_OPAQUE else {
        return HDF5Type.make(dtype)
      }
      return stored
    }
  }

  /// Reads elements that the library allocates, within what the file could hold.
  private func readVariable<Element: BitwiseCopyable>(
    _ handle: borrowing HDF5Handle, _ space: borrowing HDF5Handle, as type: borrowing HDF5Handle,
    of dataset: HDF5Dataset, empty: Element, _ bytes: (Element) -> [UInt8]
  ) throws(HDF5Failure) -> [[UInt8]] {
    let limit = fileByteCount.multipliedChecked(by: Self.maximumStringExpansion) ?? .max
    let budget = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    unsafe budget.initialize(to: limit)
    defer { unsafe budget.deallocate() }
    guard let transfer = HDF5Handle(H5Pcreate(decant_hdf5_dataset_transfer_class()), .properties),
      unsafe decant_hdf5_limit_memory(transfer.id, budget) >= 0
    else { throw libraryError(dataset) }
    var elements = [Element](repeating: empty, count: dataset.shape.elementCount)
    let status = unsafe H5Dread(handle.id, type.id, 0, 0, transfer.id, &elements)
    // After a failure as well: what was read before it must be freed.
    defer { unsafe H5Dvlen_reclaim(type.id, space.id, transfer.id, &elements) }
    guard status >= 0 else {
      throw unsafe budget.pointee < limit / 2
        ? error(.stringsTooLarge(limit: limit), dataset) : libraryError(dataset)
    }
    return elements.map(bytes)
  }

  private func error(_ defect: HDF5Defect, _ dataset: HDF5Dataset) -> HDF5Failure {
    HDF5Failure(defect: defect, tensor: dataset.name)
  }

  private func libraryError(_ dataset: HDF5Dataset) -> HDF5Failure {
    error(.library(HDF5Library.lastMessage), dataset)
  }
}

/// A box of a dataset, and the memory that it is read into or written from.
struct HDF5Selection: ~Copyable {
  let memory: HDF5Handle
  let file: HDF5Handle

  /// Selects a box; if it is nil, the single element of a scalar.
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
