internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a Keras archive.
package enum KerasArchive {
  /// Opens a Keras archive.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.kerasArchive(.unwritten), file: path)
  }
}
