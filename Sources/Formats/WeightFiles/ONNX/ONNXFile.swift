internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads an ONNX model: the initializers of all its graphs, and the values of its Constant nodes.
///
/// What the model says about itself becomes metadata, under keys that start with `onnx.`; `metadata_props` keep their
/// keys.
/// - Source: ONNX 1.23 `onnx.proto3` and `docs/IR.md`.
package enum ONNXFile {
  /// Opens an ONNX model.
  ///
  /// - Throws: `WeightFileError` for a file that is not a model, or of whose tensors none can be listed; `FileError`.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let file = try InputFile(path: path)
    var reader = ONNXModelReader(file)
    try reader.read()
    guard reader.hasGraph else { throw WeightFileError(.onnx(.noGraph), file: path) }
    var index = TensorIndex(format: "ONNX", file: file)
    index.add(reader.found)
    if reader.unnamedCount > 0 { index.addProblem(.onnx(.unnamed(count: reader.unnamedCount)), tensor: nil) }
    index.add(reader.externalFiles)
    let names = reader.found.lazy.filter { $0.scope.isEmpty }.map { ByteString($0.name) }
    reader.summary.finish(initializers: Set(names))
    index.metadata = reader.summary.metadata
    index.network = reader.summary.network
    for key in reader.summary.leftOut {
      index.addNote(.onnx(.metadataTooLong(key: key, limit: ONNXSummary.maximumTextByteCount)))
    }
    return try IndexedFile(index)
  }
}
