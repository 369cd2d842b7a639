internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a GGUF model.
package enum GGUFFile {
  /// Opens a GGUF model.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.gguf(.unwritten), file: path)
  }
}
