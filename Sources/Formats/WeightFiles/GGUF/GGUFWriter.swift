internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a GGUF model of version 3, little-endian: always the same bytes for the same tensors and metadata.
///
/// The key-values of a source that is a GGUF model are copied with their types, as far as the metadata still say the same.
/// Bytes of which the metadata `decant.quantization` says that they are blocks are written as those, as the reader shows them.
/// Tensors follow in the order of their declaration, each at a multiple of 32 bytes or of what the metadata says.
/// - Source: ggml, `docs/gguf.md`; gguf-py 0.19, `gguf_writer.py`.
package final class GGUFWriter: FileSink, TensorSink, TensorSinkBody {
  /// The format in words.
  package let format = GGUFFile.format
  /// The architecture, without which other programs refuse a file, and a name.
  package let requiredMetadata: [String: String]
  private var turns: TensorTurns
  private var contents = GGUFContents()
  private let keyValues: GGUFKeyValues

  /// The most bytes of a name that llama.cpp reads (`GGML_MAX_NAME` in ggml.h, with a zero byte).
  private static let maximumNameByteCount = 63

  /// Creates the temporary file beside `path`.
  ///
  /// - Parameters:
  ///   - path: the path that the file will have.
  ///   - replacesExisting: whether a file at `path` may be replaced.
  ///   - permissions: who may do what with the file, from the moment it is created.
  ///   - keyValues: the key-values of the source.
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(
    path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile,
    keyValues: GGUFKeyValues = GGUFKeyValues()
  ) throws {
    self.keyValues = keyValues
    requiredMetadata = GGUFMetadata.required(path: path)
    turns = TensorTurns(path: path)
    try super.init(path: path, replacesExisting: replacesExisting, permissions: permissions)
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// The names that llama.cpp refuses.
  package var notes: [OutputNote] {
    let limit = Self.maximumNameByteCount
    let names = turns.descriptors.map(\.name).filter { $0.utf8.count > limit }
    let title: Message = "names of more than \(limit) bytes, with which llama.cpp refuses the file"
    return [OutputNote("\(title); shorten them with --rename", names.map { "\($0)" })].compactMap(\.self)
  }

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
    turns.begin(contents.descriptors)
    let types = GGUFMetadata.blockTypes(of: contents.metadata)
    // Blocks are shown as bytes, of which GGUF has no tensors.
    let plain = contents.descriptors.map { descriptor in
      var descriptor = descriptor
      if GGUFContents.blocks(of: descriptor, types) != nil { descriptor.dtype = .int8 }
      return descriptor
    }
    try refuse(plain, file: path)
    guard let own = GGUFContents(contents.descriptors, metadata: contents.metadata, stored: keyValues) else {
      throw WeightFileError(.refused("the tensors have more bytes than 64 bits can count"), file: path)
    }
    self.contents = own
    try output.reserve(byteCount: own.byteCount)
    try own.forEachPieceOfHeader(output.write)
    // The last tensor is padded too, and then the file has its length from the beginning.
    if own.byteCount > own.headerByteCount { try output.write([0].rawSpan, at: own.byteCount - 1) }
    return self
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    guard let (tensor, offset) = try turns.take(piece) else { return }
    try output.write(piece, at: contents.places[tensor] + offset)
  }

  /// Fails: there are no string tensors.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// The temporary path: the file has its header from the beginning.
  package func pathBeforeEnd() throws -> String? {
    try turns.requireAll()
    return temporaryPath
  }

  /// Ends the data, and writes the header again if its metadata changed; it has the same length.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try turns.requireAll()
    if let metadata {
      let own = GGUFContents(contents.descriptors, metadata: metadata, stored: keyValues)
      guard let own, own.places == contents.places else {
        throw WeightFileError(.refused(SafetensorsBody.otherMetadata), file: path)
      }
      try own.forEachPieceOfHeader(output.write)
    }
    return self
  }

}
