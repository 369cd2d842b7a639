internal import Bytes
internal import CDecantHDF5
internal import CHDF5
package import Files
internal import Essentials
package import Messages
package import Tensors

/// Writes an HDF5 file that h5py and h5dump can read: always the same bytes for the same tensors and metadata.
///
/// Groups follow the `/` in names (`HDF5Name` covers names for which that is impossible), dtypes are stored as `HDF5Type` says, and
/// metadata becomes attributes of the root group. No times are recorded. Several threads compress chunks, which are written in order.
package final class HDF5Writer: FileSink, TensorSink, TensorSinkBody {
  /// The format in words.
  package let format = "HDF5"
  let compression: Int
  private var file: HDF5Handle?
  var descriptors: [TensorDescriptor] = []
  private var metadata: [String: String] = [:]
  private let layers: [LayerGroup]
  private var layerPlaces: HDF5Layers?
  private var datasetPaths: [String] = []
  /// What a person should know: the datasets whose paths are not the tensors' names.
  package private(set) var notes: [OutputNote] = []
  private let isForKeras: Bool
  private var signExtended: Set<[UInt8]> = []
  /// The tensor whose turn it is, and what has arrived of it.
  private var index = 0
  private var current: HDF5BoxCutter?
  /// Boxes that are not in the file yet, in their order, and the dataset that the last one went to.
  var waiting: [HDF5Box] = []
  var dataset: Dataset?
  let threadCount: Int

  /// Bytes of one call of the library, and of a chunk before compression.
  private static let boxByteCount = 1 << 19
  /// Boxes that wait while each thread compresses one; they bound the memory.
  static let boxesPerThread = 3
  /// Tensors below this many bytes are not worth the chunk index that compression needs.
  static let minimumCompressedByteCount = 1 << 10

  struct Dataset: ~Copyable {
    let handle: HDF5Handle
    let type: HDF5Handle
  }

  /// Creates the temporary file beside `path`.
  ///
  /// - Parameters:
  ///   - path: the path that the file will have.
  ///   - compression: deflate's level from 1 to 9, with shuffle; 0 stores tensors as they are.
  ///   - replacesExisting: whether a file at `path` may be replaced.
  ///   - layers: the layers of Keras that the tensors belong to; what Keras needs to find them is added.
  ///   - isForKeras: whether the datasets are where Keras looks for the weights of the model that the metadata describes, if it
  ///     describes one (`.weights.h5`).
  ///   - threadCount: threads that compress; the bytes do not depend on it. Nil for as many as the machine has active cores.
  ///   - permissions: who may do what with the file, from the moment it is created.
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(
    path: String, compression: Int = 0, replacesExisting: Bool = false, layers: [LayerGroup] = [],
    isForKeras: Bool = false, threadCount: Int? = nil, permissions: OutputPermissions = .ofNewFile
  ) throws {
    precondition((0...9).contains(compression), "compression is 0 to 9")
    self.compression = compression
    self.layers = layers
    self.isForKeras = isForKeras
    self.threadCount = max(1, threadCount ?? ProcessInfo.processInfo.activeProcessorCount)
    try super.init(path: path, replacesExisting: replacesExisting, permissions: permissions)
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why HDF5 cannot store a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    if descriptor.dtype.byteCount == nil, descriptor.dtype != .string {
      return "\(descriptor.dtype) has no plain values; leave the tensor out with --drop"
    }
    if descriptor.shape.rank > Int(H5S_MAX_RANK) {
      return "it has \(descriptor.shape.rank) dimensions, but HDF5 allows at most \(H5S_MAX_RANK); write safetensors"
    }
    // Names and notes are attributes or links in an object's header, whose messages are limited to 64 KiB.
    if descriptor.name.utf8.count > 1 << 14 {
      return "its name has \(descriptor.name.utf8.count.counted("byte")), too many for HDF5; write safetensors"
    }
    return nil
  }

  private func isSignExtended(_ descriptor: TensorDescriptor) -> Bool {
    signExtended.contains(Array(descriptor.name.utf8))
  }

  /// Creates the file, and keeps the metadata for the end.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(file == nil, "a file begins once")
    descriptors = contents.descriptors
    metadata = contents.metadata
    try refuse(descriptors, file: path)
    signExtended = try contents.trimmedNames()
    let names = descriptors.map(\.name)
    let paths = try kerasPaths()
    datasetPaths = paths ?? HDF5Name.paths(of: names)
    if layers.isEmpty, paths == nil { notes = [HDF5Name.note(on: names, paths: datasetPaths)].compactMap(\.self) }
    if !layers.isEmpty {
      let places = HDF5Layers(layers, names: names, paths: datasetPaths, metadata: metadata)
      datasetPaths = places.paths
      layerPlaces = places
    }
    for (key, value) in metadata where key.isEmpty || key.utf8.contains(0) || value.utf8.contains(0) {
      throw error(.refused("the metadata '\(key)' has a zero byte or no name, which HDF5 cannot store"))
    }
    file = try HDF5Library.locked { try create(temporaryPath) }
    return self
  }

  /// The datasets' paths in a weight file of Keras 3; nil if the metadata describes no model.
  private func kerasPaths() throws(WeightFileError) -> [String]? {
    guard isForKeras, let model = try KerasConfig.model(in: metadata) else { return nil }
    for descriptor in descriptors {
      if let refusal = descriptor.kerasRefusal {
        throw WeightFileError(.refused(refusal), file: path, tensor: descriptor.name)
      }
    }
    do throws(WeightFileError) {
      return try KerasVariablePaths(of: descriptors.map(\.name), in: model, KerasGeneration(in: metadata)).paths
    } catch {
      throw error.inFile(path)
    }
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    try passTensors(toNextWithData: true)
    precondition(index < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[index]
    guard let width = descriptor.dtype.byteCount else { throw error(.wrongKind(.string)) }
    guard isSignExtended(descriptor), let narrow = NarrowInteger(descriptor.dtype) else {
      return try write(piece, of: descriptor, width: width)
    }
    try write(narrow.exchanged(piece).rawSpan, of: descriptor, width: width)
  }

  /// Appends elements as the file has them.
  private func write(_ piece: RawSpan, of descriptor: TensorDescriptor, width: Int) throws {
    var taken = 0
    while taken < piece.byteCount {
      if taken > 0, current == nil {
        throw error(.tooManyBytes(declared: descriptor.byteCount), at: index - 1)
      }
      // Taken out, so that its buffer grows in place.
      var cutter =
        current.take() ?? HDF5BoxCutter(descriptor, index: index, width: width, maximumByteCount: Self.boxByteCount)
      let (byteCount, box) = cutter.take(piece, from: taken) { content($0, of: descriptor, width: width, $1) }
      taken += byteCount
      current = cutter.isComplete ? nil : cutter
      if cutter.isComplete { index += 1 }
      if let box { try put(box) }
    }
  }

  /// Writes all elements of the string tensor whose turn it is.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    try passTensors(toNextWithData: false)
    precondition(index < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[index]
    guard descriptor.dtype == .string else { throw error(.wrongKind(descriptor.dtype)) }
    try writeWaiting(downTo: 0)
    guard strings.count == descriptor.shape.elementCount else {
      throw error(.tooFewBytes(declared: descriptor.shape.elementCount, written: strings.count))
    }
    let hasZeroBytes = strings.contains { $0.contains(0) }
    try HDF5Library.locked {
      guard let type = HDF5Type.makeStrings(strings, hasZeroBytes: hasZeroBytes) else { throw failure() }
      let dataset = try createDataset(index, type: type, blocks: nil)
      if hasZeroBytes {
        guard HDF5Attributes.write(DType.string.name, named: HDF5Type.noteName, on: dataset.id) else { throw failure() }
      }
      guard strings.isEmpty || HDF5Strings.write(strings, to: dataset, type: type, hasZeroBytes: hasZeroBytes) else {
        throw failure()
      }
    }
    index += 1
  }

  /// Ends the data, and writes the metadata.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    self.metadata = metadata ?? self.metadata
    try passTensors(toNextWithData: true)
    guard index == descriptors.count else {
      let descriptor = descriptors[index]
      throw error(.tooFewBytes(declared: descriptor.byteCount, written: current?.byteCount ?? 0))
    }
    try writeWaiting(downTo: 0)
    try writeMetadata()
    guard layerPlaces?.write(in: fileID) ?? true else { throw failure() }
    // Only a second call finds none: `begin` created the file before it returned the body.
    guard let file = file.take() else { preconditionFailure("a file is finished once") }
    let isFlushed = HDF5Library.locked { H5Fflush(file.id, H5F_SCOPE_LOCAL) >= 0 }
    guard isFlushed, file.close() else { throw failure() }
    return self
  }

  /// Makes the file durable and gives it its name.
  package override func commit() throws {
    precondition(file == nil, "the data is ended before it is committed")
    try super.commit()
  }

  private func writeMetadata() throws(WeightFileError) {
    try HDF5Library.locked { () throws(WeightFileError) in
      guard let root = HDF5Handle(unsafe H5Gopen2(fileID, "/", 0), .group) else { throw failure() }
      for (key, value) in metadata.sorted(by: { $0.key.precedesInBytes($1.key) }) {
        guard HDF5Attributes.write(value, named: key, on: root.id) else { throw failure() }
      }
    }
  }

  private var fileID: hid_t {
    switch file {
    case .some(let file): return file.id
    case .none: preconditionFailure("tensors are declared before they are written")
    }
  }

  /// Replaces the empty temporary file by an empty HDF5 file in the format of the oldest readers.
  private func create(_ temporaryPath: String) throws(WeightFileError) -> HDF5Handle {
    guard let creation = HDF5Handle(H5Pcreate(decant_hdf5_file_create_class()), .properties),
      H5Pset_obj_track_times(creation.id, false) >= 0,
      let access = HDF5Handle(H5Pcreate(decant_hdf5_file_access_class()), .properties),
      H5Pset_file_locking(access.id, false, true) >= 0,
      // Otherwise it could create a file again that a signal has just removed.
      let file = TemporaryFiles.withoutInterruption({
        // H5F_ACC_TRUNC, a macro in C.
        HDF5Handle(unsafe H5Fcreate(temporaryPath, 2, creation.id, access.id), .file)
      })
    else { throw failure() }
    return file
  }

  /// Moves past complete tensors, and creates those that have no elements.
  private func passTensors(toNextWithData: Bool) throws(WeightFileError) {
    while index < descriptors.count, current == nil {
      let descriptor = descriptors[index]
      guard descriptor.shape.elementCount == 0, descriptor.dtype != .string || toNextWithData else { return }
      if descriptor.dtype == .string { return }
      try writeWaiting(downTo: 0)
      try HDF5Library.locked { () throws(WeightFileError) in
        guard let type = HDF5Type.make(descriptor.dtype) else { throw failure() }
        _ = try createDataset(index, type: type, blocks: nil)
      }
      index += 1
    }
  }

  func createDataset(
    _ index: Int, type: borrowing HDF5Handle, blocks: RowBlocks?
  ) throws(WeightFileError) -> HDF5Handle {
    let descriptor = descriptors[index]
    func failure() -> WeightFileError { self.failure(at: index) }
    let extents = descriptor.shape.dimensions.map { hsize_t(clamping: $0) }
    let space = HDF5Handle(
      extents.isEmpty ? H5Screate(H5S_SCALAR) : unsafe H5Screate_simple(Int32(extents.count), extents, nil), .space)
    guard let space,
      let links = HDF5Handle(H5Pcreate(decant_hdf5_link_create_class()), .properties),
      H5Pset_create_intermediate_group(links.id, 1) >= 0,
      let creation = HDF5Handle(H5Pcreate(decant_hdf5_dataset_create_class()), .properties),
      H5Pset_obj_track_times(creation.id, false) >= 0
    else { throw failure() }
    if let blocks, isCompressed(descriptor, blocks) {
      let chunk = blocks.box.map { hsize_t(clamping: $0) }
      guard unsafe H5Pset_chunk(creation.id, Int32(chunk.count), chunk) >= 0, H5Pset_shuffle(creation.id) >= 0,
        H5Pset_deflate(creation.id, UInt32(compression)) >= 0
      else { throw failure() }
    }
    let path = datasetPaths[index]
    guard
      let dataset = HDF5Handle(unsafe H5Dcreate2(fileID, path, type.id, space.id, links.id, creation.id, 0), .dataset)
    else { throw failure() }
    if !path.equalsInBytes(descriptor.name) {
      let note = HDF5Name.noteName
      let isWritten =
        descriptor.name.utf8.contains(0)
        ? HDF5Attributes.writeExactly(descriptor.name, named: note, on: dataset.id)
        : HDF5Attributes.write(descriptor.name, named: note, on: dataset.id)
      guard isWritten else { throw failure() }
    }
    if HDF5Type.needsNote(descriptor.dtype) {
      let note = DTypeNote(descriptor.dtype, isSignExtended: isSignExtended(descriptor))
      guard HDF5Attributes.write(note.text, named: HDF5Type.noteName, on: dataset.id) else {
        throw failure()
      }
    }
    return dataset
  }

  func error(_ reason: WeightFileDefect, at index: Int? = nil) -> WeightFileError {
    let index = index ?? self.index
    return WeightFileError(reason, file: path, tensor: index < descriptors.count ? descriptors[index].name : nil)
  }

  /// The library's last error.
  func failure(at index: Int? = nil) -> WeightFileError {
    error(.cannotWrite(HDF5Library.lastMessage), at: index)
  }
}
