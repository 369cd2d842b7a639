internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a ONNX model.
package enum ONNXFile {
  /// Opens a ONNX model.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    throw WeightFileError(.onnx(.unwritten), file: path)
  }
}
