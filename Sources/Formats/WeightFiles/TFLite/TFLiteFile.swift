internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a TensorFlow Lite model.
package enum TFLiteFile {
  /// Opens a TensorFlow Lite model.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.tfLite(.unwritten), file: path)
  }
}
