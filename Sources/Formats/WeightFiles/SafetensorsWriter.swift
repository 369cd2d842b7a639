internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a safetensors file: always the same bytes for the same tensors and metadata.
///
/// String tensors are in the metadata, as base64 under `decant.strings`. Others follow in the order of their declaration. Metadata is
/// sorted, and the header is padded with spaces so that the data starts at a multiple of 8 bytes.
package final class SafetensorsWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = "safetensors"
  /// The one file.
  package let files: [SinkFile]
  private let path: String
  private var output: OutputFile?
  private var descriptors: [TensorDescriptor] = []
  private var strings = SafetensorsStrings()
  private var signExtended: Set<[UInt8]> = []
  private var offsets: [Int] = []
  private var index = 0
  private var written = 0
  /// The offset up to which the system has been asked to write to the disk.
  private var startedEnd = 0

  private static let startedByteCount = 1 << 23

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile) throws {
    self.path = path
    let output = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: output.temporaryPath)]
    self.output = consume output
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why safetensors cannot store a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    if descriptor.dtype == .string {
      let limit = SafetensorsStrings.maximumByteCount
      if descriptor.byteCount > limit {
        return "its strings take more than the \(limit >> 20) MiB that fit into a header; write HDF5 (.h5)"
      }
    } else if SafetensorsDType.name(of: descriptor.dtype) == nil {
      return "safetensors has no dtype for \(descriptor.dtype); leave the tensor out with --drop, or write HDF5 (.h5)"
    }
    if descriptor.name == "__metadata__" {
      return "safetensors reserves the name __metadata__; leave the tensor out with --drop"
    }
    if descriptor.dtype == .complex128, descriptor.shape.rank == Shape.maximumRank {
      return "safetensors stores complex128 with one more axis, for which there is no room; leave it out with --drop"
    }
    return nil
  }

  /// `format`, which `from_pretrained` of transformers requires. It names the library whose layout the tensors have; `pt` is PyTorch.
  package let requiredMetadata = ["format": "pt"]

  /// Writes the header, with the strings in it.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(offsets.isEmpty && index == 0, "a file begins once")
    descriptors = contents.descriptors
    try refuse(descriptors, file: path)
    signExtended = try contents.trimmedNames()
    for descriptor in descriptors where descriptor.dtype == .string {
      strings.tensors.append((descriptor, try fitting(contents.strings(descriptor), descriptor)))
    }
    strings.tensors.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    guard let header = serialized(contents.metadata) else {
      throw WeightFileError(
        .refused("the tensors and their metadata exceed the limits of safetensors; write HDF5 (.h5)"), file: path)
    }
    offsets = header.offsets
    let end = zip(header.offsets, descriptors).map { $0 + ($1.dtype == .string ? 0 : $1.byteCount) }.max()
    try output?.reserve(byteCount: max(end ?? 0, header.bytes.count))
    try output?.write(header.bytes.rawSpan, at: 0)
    return self
  }

  /// The strings, if they fit into the header.
  private func fitting(_ strings: [[UInt8]], _ descriptor: TensorDescriptor) throws(WeightFileError) -> [[UInt8]] {
    guard strings.count == descriptor.shape.elementCount,
      strings.reduce(0, { $0 + $1.count }) <= SafetensorsStrings.maximumByteCount
    else {
      let count = strings.count.counted("string")
      throw WeightFileError(
        .refused("the shape \(descriptor.shape) does not fit its \(count), or they are too long for a header"),
        file: path, tensor: descriptor.name)
    }
    return strings
  }

  private func serialized(_ metadata: [String: String]) -> (bytes: [UInt8], offsets: [Int])? {
    var header = SafetensorsHeader(descriptors: descriptors, metadata: metadata)
    header.strings = strings
    header.signExtended = signExtended
    return header.serialized()
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    passCompleteTensors()
    precondition(index < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[index]
    guard piece.byteCount <= descriptor.byteCount - written else {
      throw WeightFileError(.tooManyBytes(declared: descriptor.byteCount), file: path, tensor: descriptor.name)
    }
    if signExtended.contains(Array(descriptor.name.utf8)), let narrow = NarrowInteger(descriptor.dtype) {
      try output?.write(narrow.exchanged(piece).rawSpan, at: offsets[index] + written)
    } else {
      try output?.write(piece, at: offsets[index] + written)
    }
    written += piece.byteCount
    startWriting(upTo: offsets[index] + written)
  }

  /// Lets the disk work while the rest is still being read.
  private func startWriting(upTo end: Int) {
    guard end - startedEnd >= Self.startedByteCount else { return }
    output?.startWriting(startedEnd..<end)
    startedEnd = end
  }

  /// Skips a string tensor, whose elements are in the header.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    passCompleteTensors()
    guard index < descriptors.count, descriptors[index].dtype == .string else {
      throw WeightFileError(.wrongKind(.string), file: path)
    }
    index += 1
  }

  /// The temporary path: the file has its header from the beginning.
  package func pathBeforeEnd() throws -> String? {
    try requireAll()
    return temporaryPath
  }

  /// Ends the data, and writes the header again if its metadata changed; it has the same length.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try requireAll()
    if let metadata {
      guard let header = serialized(metadata), header.offsets == offsets else {
        throw WeightFileError(.refused(Self.otherMetadata), file: path)
      }
      try output?.write(header.bytes.rawSpan, at: 0)
    }
    return self
  }

  private func requireAll() throws(WeightFileError) {
    passCompleteTensors()
    guard index == descriptors.count else {
      let descriptor = descriptors[index]
      throw WeightFileError(
        .tooFewBytes(declared: descriptor.byteCount, written: written), file: path, tensor: descriptor.name)
    }
  }

  /// Why metadata cannot replace a header's.
  static let otherMetadata: Message = "the metadata has different keys or lengths from the header's"

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    guard let output = output.take() else { preconditionFailure("the file is committed already") }
    try output.commit()
  }

  /// Moves on to the tensor whose bytes come next; empty tensors have none.
  private func passCompleteTensors() {
    while index < descriptors.count, descriptors[index].dtype != .string, written == descriptors[index].byteCount {
      index += 1
      written = 0
    }
  }
}
