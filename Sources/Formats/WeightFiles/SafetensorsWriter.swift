internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a safetensors file: always the same bytes for the same tensors and metadata.
///
/// String tensors are in the metadata, as base64 under `decant.strings`. Others follow in the order of their declaration. Metadata is
/// sorted, and the header is padded with spaces so that the data starts at a multiple of 8 bytes.
package final class SafetensorsWriter: FileSink, TensorSink, TensorSinkBody {
  /// The format in words.
  package let format = "safetensors"
  private var body: SafetensorsBody?

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package override init(
    path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws {
    try super.init(path: path, replacesExisting: replacesExisting, permissions: permissions)
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// What other programs see in place of a tensor; see `TensorSink`.
  package func substitute(for descriptor: TensorDescriptor) -> Message? {
    SafetensorsDType.substitute(for: descriptor.dtype)
  }

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
  package static let requiredMetadata = ["format": "pt"]

  /// `format`.
  package var requiredMetadata: [String: String] { Self.requiredMetadata }

  /// Writes the header, with the strings in it.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(body == nil, "a file begins once")
    try refuse(contents.descriptors, file: path)
    body = try SafetensorsBody(contents, path: path, output: output)
    return self
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws { try body?.write(piece) }

  /// Skips a string tensor, whose elements are in the header.
  package func writeStrings(_ strings: [[UInt8]]) throws { try body?.skipStrings() }

  /// The temporary path: the file has its header from the beginning.
  package func pathBeforeEnd() throws -> String? {
    try body?.requireAll()
    return temporaryPath
  }

  /// Ends the data, and writes the header again if its metadata changed; it has the same length.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try body?.finish(metadata: metadata)
    return self
  }
}
