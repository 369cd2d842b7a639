internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a Keras archive (`.keras`) that `keras.saving.load_model` opens: the weights as an HDF5 file, and the descriptions of the model that an
/// archive had before, which the metadata carries (see `KerasModelText`).
///
/// Members are stored and not compressed, as Keras does it. The HDF5 file is written first, because its length is part of the archive.
/// - Source: Keras 3.15, `_save_model_to_fileobj` in `saving/saving_lib.py`.
package final class KerasArchiveWriter: ZipSink, TensorSink, TensorSinkBody {
  /// The format in words.
  package let format = "Keras archive"
  private let weights: HDF5Writer
  private var body: (any TensorSinkBody)?
  private var metadata: [String: String] = [:]

  private static let pieceByteCount = 1 << 20

  /// Creates the temporary files beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile) throws {
    // It is never committed, so a file of that name is safe.
    weights = try HDF5Writer(
      path: "\(path).\(KerasArchive.weightsName)", replacesExisting: true, permissions: permissions)
    try super.init(path: path, replacesExisting: replacesExisting, permissions: permissions)
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
      let paths = try KerasVariablePaths(
        of: contents.descriptors.map(\.name), in: model, KerasGeneration(in: contents.metadata)
      ).paths
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
    try add("metadata.json", metadataText())
    try add("config.json", Array((self.metadata[KerasModelText.configKey] ?? "").utf8))
    try add(KerasArchive.weightsName, InputFile(path: finished.temporaryPath))
    try writeDirectory()
    return self
  }

  /// What `metadata.json` said.
  private func metadataText() -> [UInt8] {
    let members = KerasModelText.fileKeys.compactMap { key in
      metadata[key].map { (key: key, value: JSONText.string($0)) }
    }
    return Array(JSONText.object(members).utf8)
  }

  /// Copies a file into the archive.
  private func add(_ name: String, _ file: InputFile) throws {
    let member = append(name, dataByteCount: file.byteCount)
    var done = 0
    var buffer: [UInt8] = []
    while done < file.byteCount {
      let count = min(Self.pieceByteCount, file.byteCount - done)
      try file.read(at: done, count: count, into: &buffer)
      try write(buffer.rawSpan.extracting(first: count), at: done, of: member)
      done += count
    }
    try end(member)
  }
}
