internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a Keras archive (`.keras`) that `keras.saving.load_model` opens: the weights as an HDF5 file, and the descriptions of the model that an
/// archive had before, which the metadata carries (see `KerasModelText`).
///
/// Members are stored and not compressed, as Keras does it. The HDF5 file is written first, because its length is part of the archive.
/// - Source: Keras 3.15, `_save_model_to_fileobj` in `saving/saving_lib.py`.
package final class KerasArchiveWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = "Keras archive"
  /// The one file.
  package let files: [SinkFile]
  private let path: String
  private var output: OutputFile?
  private let weights: HDF5Writer
  private var body: (any TensorSinkBody)?
  private var metadata: [String: String] = [:]

  private static let largeByteCount = Int(UInt32.max)
  private static let pieceByteCount = 1 << 20

  /// Creates the temporary files beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile) throws {
    self.path = path
    let output = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: output.temporaryPath)]
    // It is never committed, so a file of that name is safe.
    weights = try HDF5Writer(
      path: "\(path).\(KerasArchive.weightsName)", replacesExisting: true, permissions: permissions)
    self.output = consume output
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why Keras could not load a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    descriptor.kerasRefusal ?? HDF5Writer.refusal(of: descriptor)
  }

  /// Finds the places of the tensors in the model, and begins the HDF5 file.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(body == nil, "a file begins once")
    try refuse(contents.descriptors, file: path)
    var inner = contents
    do throws(WeightFileError) {
      guard let model = try KerasConfig.model(in: contents.metadata) else {
        throw WeightFileError(
          .refused(
            "a Keras archive needs the description of the model, which only another archive (.keras) has, or a file that "
              + "Decant converted from one; write HDF5 (.h5)"))
      }
      let paths = try KerasVariablePaths(of: contents.descriptors.map(\.name), in: model).paths
      for (index, path) in paths.enumerated() { inner.descriptors[index].name = path }
    } catch {
      throw error.inFile(path)
    }
    metadata = contents.metadata
    inner.metadata = Self.innerMetadata(metadata)
    body = try weights.begin(inner)
    return self
  }

  /// Everything that the members of the archive do not say.
  private static func innerMetadata(_ metadata: [String: String]) -> [String: String] {
    metadata.filter { key, _ in !KerasModelText.modelKeys.contains(key) && !KerasModelText.fileKeys.contains(key) }
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws { try body?.write(piece) }

  /// Always throws: Keras has no variables of strings.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// Ends the HDF5 file, and puts it into the archive.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    if let metadata { self.metadata = metadata }
    guard let finished = try body?.finish(metadata: Self.innerMetadata(self.metadata)) else {
      preconditionFailure("a file is begun before it is finished")
    }
    let file = try InputFile(path: finished.temporaryPath)
    var members: [ZipMember] = []
    func add(_ name: String, _ content: [UInt8], dataByteCount: Int = 0) {
      let offset = members.last.map { $0.offset + $0.byteCount } ?? 0
      members.append(
        ZipMember(
          name: Array(name.utf8), header: content, dataByteCount: dataByteCount, offset: offset,
          largeByteCount: Self.largeByteCount))
      members[members.count - 1].checksum = members[members.count - 1].headerChecksum
    }
    add("metadata.json", metadataText())
    add("config.json", Array((self.metadata[KerasModelText.configKey] ?? "").utf8))
    add(KerasArchive.weightsName, [], dataByteCount: file.byteCount)
    members[2].checksum = try copy(file, to: members[2].dataOffset)
    for member in members {
      let head = member.localHeader + member.header
      try output?.write(head.rawSpan, at: member.offset)
    }
    let end = members[2].offset + members[2].byteCount
    let directory = ZipMember.directory(of: members, at: end, largeByteCount: Self.largeByteCount)
    try output?.write(directory.rawSpan, at: end)
    return self
  }

  /// What `metadata.json` said.
  private func metadataText() -> [UInt8] {
    let members = KerasModelText.fileKeys.compactMap { key in
      metadata[key].map { (key: key, value: JSONText.string($0)) }
    }
    return Array(JSONText.object(members).utf8)
  }

  /// Copies a file into the archive, and returns its CRC-32.
  private func copy(_ file: InputFile, to offset: Int) throws -> UInt {
    var checksum: UInt = 0
    var done = 0
    var buffer: [UInt8] = []
    while done < file.byteCount {
      let count = min(Self.pieceByteCount, file.byteCount - done)
      try file.read(at: done, count: count, into: &buffer)
      let piece = buffer.rawSpan.extracting(first: count)
      checksum = NpzWriter.extend(checksum, piece)
      try output?.write(piece, at: offset + done)
      done += count
    }
    return checksum
  }

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    guard let output = output.take() else { preconditionFailure("the file is committed already") }
    try output.commit()
  }
}
