internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a Flax file.
package enum FlaxFile {
  /// Opens a Flax file.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.flax(.unwritten), file: path)
  }
}
