internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a PyTorch file.
package enum PyTorchFile {
  /// Opens a PyTorch file.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.pyTorch(.unwritten), file: path)
  }
}
