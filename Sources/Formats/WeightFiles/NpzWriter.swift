internal import Bytes
internal import CZlib
package import Files
package import Messages
package import Tensors

/// Writes a `.npz` archive that `numpy.load` opens: members are stored uncompressed, and the same tensors and metadata give the same bytes.
///
/// Each tensor is a member with the tensor's name and `.npy` after it. Metadata is an array of its own, `__metadata__`: the
/// bytes of a JSON object, so that numpy needs no more than `json.loads(bytes(archive["__metadata__"]))`. It comes first.
/// Checksums are filled in after each member's bytes, and the central directory comes last.
package final class NpzWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = "npz"
  /// The one file.
  package let files: [SinkFile]
  private let path: String
  private var output: OutputFile?
  private var members: [ZipMember] = []
  private var index = 0
  private var written = 0
  private var checksum: UInt = 0
  private var hasMetadata = false
  /// The size from which 64-bit fields are used.
  private let largeByteCount: Int

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
    self.path = path
    self.largeByteCount = largeByteCount
    let output = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: output.temporaryPath)]
    self.output = consume output
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
    precondition(members.isEmpty && index == 0, "a file begins once")
    try refuse(contents.descriptors, file: path)
    var offset = 0
    func add(_ name: String, _ descriptor: String, _ shape: Shape, byteCount: Int) throws {
      let name = Array(name.utf8) + Array(".npy".utf8)
      guard let header = NpyHeader.serialized(descriptor, shape), name.count <= 0xffff else {
        throw WeightFileError(
          .refused("its name or shape exceeds NumPy's limits; rename the tensor, or write safetensors"), file: path)
      }
      let member = ZipMember(
        name: name, header: header, dataByteCount: byteCount, offset: offset, largeByteCount: largeByteCount)
      offset += member.byteCount
      members.append(member)
    }
    let text = Self.json(contents.metadata)
    hasMetadata = !contents.metadata.isEmpty
    if hasMetadata {
      try add(NpzFile.metadataName, "|u1", Shape([text.count]), byteCount: text.count)
    }
    for descriptor in contents.descriptors {
      try add(
        descriptor.name, NpyStorage.descriptor(of: descriptor.dtype) ?? "", descriptor.shape,
        byteCount: descriptor.byteCount)
    }
    if hasMetadata { try write(text.rawSpan) }
    return self
  }

  private static func json(_ metadata: [String: String]) -> [UInt8] {
    let sorted = metadata.sorted { $0.key.precedesInBytes($1.key) }
    return Array(JSONText.object(sorted.map { (key: $0.key, value: JSONText.string($0.value)) }).utf8)
  }

  /// Writes the metadata again, which has the same length.
  private func replace(_ metadata: [String: String]) throws {
    guard hasMetadata else { return }
    let text = Self.json(metadata)
    guard text.count == members[0].dataByteCount else {
      throw WeightFileError(.refused(SafetensorsBody.otherMetadata), file: path)
    }
    members[0].checksum = Self.extend(members[0].headerChecksum, text.rawSpan)
    let local = members[0].localHeader
    try output?.write(text.rawSpan, at: members[0].dataOffset)
    try output?.write(local.rawSpan, at: members[0].offset)
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    try passCompleteMembers()
    precondition(index < members.count, "every tensor is complete")
    let member = members[index]
    guard piece.byteCount <= member.dataByteCount - written else {
      throw WeightFileError(.tooManyBytes(declared: member.dataByteCount), file: path, tensor: member.tensorName)
    }
    if written == 0 { checksum = member.headerChecksum }
    checksum = Self.extend(checksum, piece)
    try output?.write(piece, at: member.dataOffset + written)
    written += piece.byteCount
  }

  /// Always throws: npz does not store strings.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// Writes the central directory.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try passCompleteMembers()
    if let metadata { try replace(metadata) }
    guard index == members.count else {
      let member = members[index]
      throw WeightFileError(
        .tooFewBytes(declared: member.dataByteCount, written: written), file: path, tensor: member.tensorName)
    }
    let offset = members.last.map { $0.offset + $0.byteCount } ?? 0
    let directory = ZipMember.directory(of: members, at: offset, largeByteCount: largeByteCount)
    try output?.write(directory.rawSpan, at: offset)
    return self
  }

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    guard let output = output.take() else { preconditionFailure("the file is committed already") }
    try output.commit()
  }

  /// Writes the headers of members whose bytes are all there, and moves on.
  private func passCompleteMembers() throws {
    while index < members.count, written == members[index].dataByteCount {
      members[index].checksum = written == 0 ? members[index].headerChecksum : checksum
      let headers = members[index].localHeader + members[index].header
      try output?.write(headers.rawSpan, at: members[index].offset)
      index += 1
      written = 0
    }
  }

  /// Extends a CRC-32 by these bytes.
  static func extend(_ checksum: UInt, _ bytes: RawSpan) -> UInt {
    // zlib reads the bytes within the call.
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe crc32_z(checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
    }
  }
}
