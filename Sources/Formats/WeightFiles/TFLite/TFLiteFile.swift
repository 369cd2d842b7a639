internal import Files
internal import Messages
package import Tensors

/// Reads the constants of a TensorFlow Lite model: the tensors of all subgraphs whose elements are in the file.
///
/// Quantized tensors are shown as the integers that the file has. Only on request are they dequantized to float32.
/// - Source: TensorFlow 2.21, `tensorflow/compiler/mlir/lite/schema/schema.fbs`, `lite/core/interpreter_builder.cc`.
package enum TFLiteFile {
  /// Opens a TensorFlow Lite model.
  ///
  /// - Throws: `WeightFileError` if its structure is damaged, `FileError` if it cannot be read.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let file = try InputFile(path: path)
    let buffer = FlatBuffer(file)
    guard try file.byteCount >= 8 && file.read(at: 4, count: 4) == Array("TFL3".utf8) else {
      throw buffer.error(.noIdentifier)
    }
    let model = try TFLiteModel(buffer)
    var listing = TFLiteListing(model, dequantizes: options.dequantizes)
    for number in 0..<model.subgraphs.count { try listing.addSubgraph(number) }
    var index = listing.index
    index.metadata = try model.metadata()
    if !listing.quantized.isEmpty { index.metadata[GGUFFile.quantizationKey] = JSONText.object(listing.quantized) }
    return try IndexedFile(index)
  }
}
