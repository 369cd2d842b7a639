internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a `.npz` archive that `numpy.load` opens: members are stored uncompressed, and the same tensors and metadata give the same bytes.
///
/// Each tensor is a member with the tensor's name and `.npy` after it. Metadata is an array of its own, `__metadata__`: the
/// bytes of a JSON object, so that NumPy needs no more than `json.loads(bytes(archive["__metadata__"]))`. It comes first.
/// Checksums are filled in after each member's bytes, and the central directory comes last.
package final class NpzWriter: ZipSink, TensorSink, TensorSinkBody {
  /// The format in words.
  package let format = "npz"
  private var turns: TensorTurns
  /// The member of the metadata, and its length.
  private var metadata: (member: Int, byteCount: Int)?
  /// The member of the first tensor.
  private var firstTensor = 0

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package convenience init(
    path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws {
    try self.init(
      path: path, replacesExisting: replacesExisting, permissions: permissions, largeByteCount: Int(UInt32.max))
  }

  /// For tests, which cannot write 4 GiB to see the larger fields.
  init(path: String, replacesExisting: Bool, permissions: OutputPermissions = .ofNewFile, largeByteCount: Int) throws {
    turns = TensorTurns(path: path)
    try super.init(
      path: path, replacesExisting: replacesExisting, permissions: permissions, largeByteCount: largeByteCount)
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why npz cannot store a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    if descriptor.dtype == .string {
      return "NumPy drops zero bytes at the end of strings; leave the tensor out with --drop, or write HDF5 (.h5)"
    }
    if NpyStorage.descriptor(of: descriptor.dtype) == nil {
      return "NumPy has no dtype for \(descriptor.dtype); leave the tensor out with --drop, or write safetensors"
    }
    if descriptor.name == NpzFile.metadataName {
      return "Decant keeps its metadata under the name \(NpzFile.metadataName); leave the tensor out with --drop"
    }
    // Programs that unpack the archive create files with these names.
    let parts = descriptor.name.split(separator: "/", omittingEmptySubsequences: false)
    if descriptor.name.isEmpty || descriptor.name.hasPrefix("/") || parts.contains("..")
      || descriptor.name.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") })
    {
      return "its name cannot be a file name in the archive; rename the tensor, or write safetensors"
    }
    return nil
  }

  /// Lays out the members, and writes the metadata.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    turns.begin(contents.descriptors)
    try refuse(contents.descriptors, file: path)
    if !contents.metadata.isEmpty {
      let text = Self.json(contents.metadata)
      metadata = (try append(NpzFile.metadataName, "|u1", Shape([text.count]), byteCount: text.count), text.count)
      try replace(contents.metadata)
    }
    firstTensor = members.count
    for descriptor in contents.descriptors {
      try append(
        descriptor.name, NpyStorage.descriptor(of: descriptor.dtype) ?? "", descriptor.shape,
        byteCount: descriptor.byteCount)
    }
    return self
  }

  /// Lays out an array; see `ZipSink.append`.
  @discardableResult
  private func append(_ name: String, _ descriptor: String, _ shape: Shape, byteCount: Int) throws -> Int {
    guard let header = NpyHeader.serialized(descriptor, shape), name.utf8.count + 4 <= 0xffff else {
      throw WeightFileError(
        .refused("its name or shape exceeds NumPy's limits; rename the tensor, or write safetensors"), file: path)
    }
    return append(name + ".npy", header: header, dataByteCount: byteCount)
  }

  private static func json(_ metadata: [String: String]) -> [UInt8] {
    let sorted = metadata.sorted { $0.key.precedesInBytes($1.key) }
    return Array(JSONText.object(sorted.map { (key: $0.key, value: JSONText.string($0.value)) }).utf8)
  }

  /// Writes the metadata, which has the same length every time.
  private func replace(_ metadata: [String: String]) throws {
    guard let (member, byteCount) = self.metadata else { return }
    let text = Self.json(metadata)
    guard text.count == byteCount else {
      throw WeightFileError(.refused(SafetensorsBody.otherMetadata), file: path)
    }
    try write(text.rawSpan, at: 0, of: member)
    try end(member)
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    guard let (tensor, offset) = try turns.take(piece, pass: endArray) else { return }
    try write(piece, at: offset, of: firstTensor + tensor)
  }

  private func endArray(of tensor: Int) throws { try end(firstTensor + tensor) }

  /// Always throws: npz does not store strings.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// Writes the central directory.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try turns.requireAll(pass: endArray)
    if let metadata { try replace(metadata) }
    try writeDirectory()
    return self
  }

}
