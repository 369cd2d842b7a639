internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a TensorFlow.js model.
package enum TFJSFile {
  /// Opens a TensorFlow.js model.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.tensorFlowJS(.unwritten), file: path)
  }
}
