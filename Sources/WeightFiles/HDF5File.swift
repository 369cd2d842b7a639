internal import Bytes
internal import CDecantHDF5
internal import CHDF5
public import Tensors

/// An HDF5 file of ordinary datasets, from Decant, h5py or any other program; each dataset is a tensor.
///
/// Keras weight files show the names that Keras gave its weights, and their layers; see `KerasNames`.
///
/// Refused by name: links and data in other files, filters beyond deflate, shuffle and Fletcher-32, types that no tensor has.
/// Soft links are passed over, since what they lead to is listed where it lies. libhdf5 parses the file, in a child process first,
/// so that a file on which it crashes is an error; see `HDF5Rehearsal`.
/// - Source: the HDF5 file format specification, version 2; the library's reference manual, 1.10.
public final class HDF5File: TensorSource {
  /// The format in words.
  public let format = "HDF5"
  /// The one file.
  public let files: [SourceFile]
  /// All tensors, sorted by name.
  public let descriptors: [TensorDescriptor]
  /// The attributes of the root group that are one string.
  public let metadata: [String: String]
  /// Metadata that cannot be read.
  public let problems: [SourceProblem]
  let file: HDF5Handle
  /// Where datasets lie whose tensors have other names.
  let paths: [[UInt8]: String]

  /// The Keras layers of tensors, by name.
  private let layers: [[UInt8]: String]

  /// Groups within groups.
  static let maximumDepth = 256
  /// The library holds a chunk in memory when any of it is read.
  static let maximumChunkByteCount = 1 << 30
  /// Deflate cannot make data smaller than this.
  static let maximumExpansion = 1032

  /// Opens a file and lists its datasets.
  ///
  /// - Throws: `FileError` where the file cannot be opened, `WeightFileError` where its content is refused.
  public convenience init(path: String) throws {
    try self.init(
      path: path, rehearsalMilliseconds: HDF5Rehearsal.milliseconds(forByteCount: InputFile(path: path).byteCount))
  }

  /// Opens a file that the library must read within so much processor time.
  package convenience init(path: String, rehearsalMilliseconds: Int) throws {
    try HDF5Rehearsal.run(path, milliseconds: rehearsalMilliseconds)
    try self.init(rehearsed: path)
  }

  /// Opens a file on which the library does not crash, which the caller found out.
  package init(rehearsed path: String) throws {
    // Gives the system's own reasons first; the library's are vague.
    let input = try InputFile(path: path)
    let opened = HDF5Library.locked { () -> HDF5Handle? in
      guard let access = HDF5Handle(H5Pcreate(decant_hdf5_file_access_class()), .properties),
        // Locks help nobody who only reads, and fail on some network file systems.
        H5Pset_file_locking(access.id, false, true) >= 0
      else { return nil }
      // H5F_ACC_RDONLY, a macro in C.
      return HDF5Handle(unsafe H5Fopen(path, 0, access.id), .file)
    }
    guard let file = opened else { throw WeightFileError(.library(HDF5Library.lastMessage), file: path) }
    files = [SourceFile(input)]
    var listing = HDF5Listing(path: path, fileByteCount: input.byteCount)
    self.file = file
    try listing.visitAll(of: self.file)
    let found = listing.metadata(of: self.file)
    metadata = found.strings
    problems = found.error.map { [SourceProblem(tensor: nil, error: $0, severity: .unreadable)] } ?? []
    // Decant's own files show the names that were written, Keras's attributes beside them or not.
    layers = metadata[ContentDigests.versionKey] == nil ? listing.applyKerasNames(of: self.file) : [:]
    descriptors = listing.descriptors.sorted { $0.name.precedesInBytes($1.name) }
    paths = listing.paths
  }

  /// Whether a tensor's elements lie in the file as they are, one behind the other.
  func isContiguous(_ descriptor: TensorDescriptor) -> Bool {
    descriptor.dtype != .string && descriptor.location != nil
  }

  /// The layer of a weight in a Keras file.
  public func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    layers[Array(descriptor.name.utf8)].map { TensorOrigin(layer: $0) }
  }
}
