internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// An HDF5 file of ordinary datasets, written by Decant, h5py or any other program; each dataset is a tensor.
///
/// Keras weight files show the names that Keras gave its weights, and their layers; see `KerasNames`.
///
/// These become `problems`, and the other datasets are still read: links and data in other files, filters other than deflate, shuffle
/// and Fletcher-32, types that no tensor has, and damaged datasets. Soft links are skipped, because their targets are listed where they
/// are. libhdf5 parses the file in a child process, so that whatever a damaged file does to that process is an error here; see
/// `HDF5ChildReader`. Elements that are stored as they are, which is nearly all data, are read without it.
/// - Source: the HDF5 file format specification, version 2; the library's reference manual, 1.10.
package final class HDF5File: TensorSource {
  /// The format in words.
  package let format = "HDF5"
  /// The one file.
  package let files: [SourceFile]
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// The attributes of the root group that are single strings.
  package let metadata: [String: String]
  /// Datasets that are not tensors or cannot be read, links out of the file, and metadata that cannot be read.
  package let problems: [SourceProblem]
  private let file: InputFile
  private let reader: any HDF5Reader
  /// In the order of `descriptors`.
  /// What libhdf5 reads in place of a member of an archive.
  private let copy: TemporaryPath?
  private let datasets: [HDF5Dataset]
  private let buffers = BufferPool(byteCount: BufferPool.usualByteCount)

  /// The deepest nesting of groups.
  static let maximumDepth = 256
  /// The library holds a whole chunk in memory when any of it is read.
  static let maximumChunkByteCount = 1 << 30
  /// Deflate cannot shrink data by more than this factor.
  static let maximumExpansion = 1032

  /// Opens a file and lists its datasets.
  ///
  /// - Throws: `FileError` if the file cannot be opened, `WeightFileError` if its content is refused.
  package convenience init(path: String) throws {
    try self.init(path: path, requestMilliseconds: nil)
  }

  /// Opens a file; libhdf5 may use this much processor time for each part, nil for the default.
  package convenience init(path: String, requestMilliseconds: Int?) throws {
    // Gives the system's own reasons first; the library's are vague.
    let file = try InputFile(path: path)
    let copy = try file.pathForLibraries()
    try self.init(file, copy) {
      HDF5ChildReader(path: copy?.path ?? path, fileByteCount: file.byteCount, milliseconds: requestMilliseconds)
    }
  }

  /// Opens a file that libhdf5 reads in this process, which may not survive it.
  package convenience init(inThisProcess path: String) throws {
    let file = try InputFile(path: path)
    let copy = try file.pathForLibraries()
    try self.init(file, copy) { try HDF5LibraryReader(path: copy?.path ?? path, fileByteCount: file.byteCount) }
  }

  /// Opens a file whose path is not the one that errors show.
  convenience init(_ file: InputFile, readableAt path: String) throws {
    try self.init(file, nil) { HDF5ChildReader(path: path, fileByteCount: file.byteCount, milliseconds: nil) }
  }

  private init(_ file: InputFile, _ copy: TemporaryPath?, _ makeReader: () throws -> any HDF5Reader) throws {
    let (reader, contents) = try Self.placed(in: file) {
      let reader = try makeReader()
      return (reader, try reader.contents())
    }
    // If no tensor is left to show, the file is refused for what is wrong with it.
    if contents.datasets.isEmpty, let first = contents.problems.first {
      throw SourceProblem(first, file: file.path).error
    }
    self.file = file
    self.copy = copy
    self.reader = reader
    files = [SourceFile(file)]
    datasets = contents.datasets.sorted { $0.name.precedesInBytes($1.name) }
    descriptors = datasets.map(\.descriptor)
    metadata = contents.metadata
    problems =
      contents.problems.map { SourceProblem($0, file: file.path) }
      + (contents.metadataFailure.map {
        [SourceProblem(tensor: nil, error: WeightFileError($0, file: file.path), severity: .unreadable)]
      } ?? [])
    if isReadDirectly { reader.rest() }
  }

  /// The layer that a weight of a Keras file belongs to, and its place there.
  package func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    guard let dataset = descriptors.index(ofName: descriptor.name).map({ datasets[$0] }),
      dataset.layer != nil || dataset.weight != nil
    else { return nil }
    var origin = TensorOrigin(layer: dataset.layer)
    origin.kerasWeights = dataset.weight.map { [$0] } ?? []
    return origin
  }

  /// Reads a tensor's elements in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    guard let width = descriptor.dtype.byteCount else { throw error(.wrongKind(descriptor.dtype), descriptor) }
    let pieceByteCount = maximumByteCount / width * width
    precondition(pieceByteCount > 0, "a piece holds at least one element")
    let dataset = try dataset(of: descriptor)
    if dataset.shape.elementCount == 0 { return try body([UInt8]().rawSpan) }
    guard dataset.isSignExtended, let narrow = NarrowInteger(dataset.dtype) else {
      return try readStored(dataset, width: width, pieceByteCount: pieceByteCount, body)
    }
    try readStored(dataset, width: width, pieceByteCount: pieceByteCount) { try body(narrow.exchanged($0).rawSpan) }
  }

  /// Reads elements as the file has them.
  private func readStored(
    _ dataset: HDF5Dataset, width: Int, pieceByteCount: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    if isReadDirectly(dataset), let offset = dataset.offset {
      return try file.readPieces(
        at: offset, count: dataset.byteCount, pieceByteCount: pieceByteCount, buffers: buffers, body)
    }
    var buffer: [UInt8] = []
    var element = 0
    while element < dataset.shape.elementCount {
      let byteCount = try Self.placed(in: file) { try reader.readBox(of: dataset, at: element, into: &buffer) }
      guard byteCount > 0, byteCount.isMultiple(of: width), byteCount <= dataset.byteCount - element * width else {
        throw error(.hdf5(.badAnswer), dataset.descriptor)
      }
      var done = 0
      while done < byteCount {
        let piece = min(pieceByteCount, byteCount - done)
        try body(buffer.rawSpan.extracting(done..<done + piece))
        done += piece
      }
      element += byteCount / width
    }
  }

  /// Reads all elements of a string tensor, within what the file could hold.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    guard descriptor.dtype == .string else { throw error(.wrongKind(descriptor.dtype), descriptor) }
    let dataset = try dataset(of: descriptor)
    return dataset.shape.elementCount == 0 ? [] : try Self.placed(in: file) { try reader.readStrings(of: dataset) }
  }

  /// The attributes that are neither metadata nor about a tensor, in words; a writer does not have them. None if they
  /// cannot be read.
  package func otherAttributes() -> [String] {
    let found = (try? reader.otherAttributes()) ?? []
    if isReadDirectly { reader.rest() }
    return found
  }

  private func dataset(of descriptor: TensorDescriptor) throws -> HDF5Dataset {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return datasets[index]
  }

  /// Whether libhdf5 is not needed any more.
  var isReadDirectly: Bool { datasets.allSatisfy { isReadDirectly($0) } }

  /// Whether the file stores the elements as they are handed out; libhdf5 reports a file that is too short itself.
  private func isReadDirectly(_ dataset: HDF5Dataset) -> Bool {
    guard dataset.isPacked, let offset = dataset.offset else { return false }
    return offset >= 0 && offset <= file.byteCount && dataset.byteCount <= file.byteCount - offset
  }

  /// Runs a reader, and adds the file to its failures.
  private static func placed<Result>(in file: InputFile, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as HDF5Failure {
      throw WeightFileError(failure, file: file.path)
    }
  }

  private func error(_ reason: WeightFileDefect, _ descriptor: TensorDescriptor) -> WeightFileError {
    WeightFileError(reason, file: file.path, tensor: descriptor.name)
  }
}

extension SourceProblem {
  fileprivate init(_ problem: HDF5Problem, file: String) {
    // The message about a link already names it.
    let tensor = problem.failure.tensor == nil ? nil : problem.name
    self.init(
      tensor: problem.name, error: WeightFileError(.hdf5(problem.failure.defect), file: file, tensor: tensor),
      severity: problem.isHarmless ? .note : .incomplete)
  }
}

extension WeightFileError {
  fileprivate init(_ failure: HDF5Failure, file: String) {
    self.init(.hdf5(failure.defect), file: file, tensor: failure.tensor)
  }
}
