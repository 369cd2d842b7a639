internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a GGUF model of version 3, little-endian: always the same bytes for the same tensors and metadata.
///
/// Tensors follow in the order of their declaration, each at a multiple of 32 bytes or of what the metadata says.
/// - Source: ggml, `docs/gguf.md`; gguf-py 0.19, `gguf_writer.py`.
package final class GGUFWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = GGUFFile.format
  /// The one file.
  package let files: [SinkFile]
  /// The architecture, without which other programs refuse a file, and a name.
  package let requiredMetadata: [String: String]
  private let path: String
  private var output: OutputFile?
  private var contents = GGUFContents()
  private var index = 0
  private var written = 0

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile) throws {
    self.path = path
    requiredMetadata = GGUFMetadata.required(path: path)
    let output = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: output.temporaryPath)]
    self.output = consume output
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why GGUF cannot store a tensor, decided before a file is created; nil if it can.
  ///
  /// Names of more than 63 bytes, which are usual in TensorFlow, are accepted: llama.cpp refuses them, but gguf-py
  /// reads them.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    if GGUFType.number(of: descriptor.dtype) == nil {
      return "GGUF has no dtype for \(descriptor.dtype); leave the tensor out with --drop, or write safetensors"
    }
    if descriptor.shape.rank > GGUFContents.maximumRank {
      return
        "GGUF allows \(GGUFContents.maximumRank) axes, but the tensor has \(descriptor.shape.rank); leave it out with "
        + "--drop, or write safetensors"
    }
    if descriptor.dtype == .bfloat16, descriptor.shape.rank == 0 {
      return "gguf-py cannot read a bfloat16 scalar; cast it with --dtype f32, or leave it out with --drop"
    }
    return nil
  }

  /// Writes everything before the data.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(self.contents.descriptors.isEmpty && index == 0, "a file begins once")
    try refuse(contents.descriptors, file: path)
    guard let own = GGUFContents(contents.descriptors, metadata: contents.metadata) else {
      throw WeightFileError(.refused("the tensors have more bytes than 64 bits can count"), file: path)
    }
    self.contents = own
    try output?.reserve(byteCount: own.byteCount)
    try output?.write(own.header.rawSpan, at: 0)
    // The last tensor is padded too, and then the file has its length from the beginning.
    if own.byteCount > own.header.count { try output?.write([0].rawSpan, at: own.byteCount - 1) }
    return self
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    passCompleteTensors()
    precondition(index < contents.descriptors.count, "every tensor is complete")
    let descriptor = contents.descriptors[index]
    guard piece.byteCount <= descriptor.byteCount - written else {
      throw WeightFileError(.tooManyBytes(declared: descriptor.byteCount), file: path, tensor: descriptor.name)
    }
    try output?.write(piece, at: contents.places[index] + written)
    written += piece.byteCount
  }

  /// Fails: there are no string tensors.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
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
      guard let own = GGUFContents(contents.descriptors, metadata: metadata), own.places == contents.places else {
        throw WeightFileError(.refused(SafetensorsBody.otherMetadata), file: path)
      }
      try output?.write(own.header.rawSpan, at: 0)
    }
    return self
  }

  private func requireAll() throws(WeightFileError) {
    passCompleteTensors()
    guard index == contents.descriptors.count else {
      let descriptor = contents.descriptors[index]
      throw WeightFileError(
        .tooFewBytes(declared: descriptor.byteCount, written: written), file: path, tensor: descriptor.name)
    }
  }

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    guard let output = output.take() else { preconditionFailure("the file is committed already") }
    try output.commit()
  }

  /// Moves on to the tensor whose bytes come next; empty tensors have none.
  private func passCompleteTensors() {
    while index < contents.descriptors.count, written == contents.descriptors[index].byteCount {
      index += 1
      written = 0
    }
  }
}
